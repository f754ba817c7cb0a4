// SPDX-License-Identifier: Apache-2.0
// One key, one meaning. Read from the sources themselves: what a screen binds stands in the files that it is made of.
import { expect, test } from 'vitest';

const FILES = import.meta.glob<string>(['../../**/*.svelte', '../../**/*.ts', '!../../**/*.test.ts', '!../../**/schema.d.ts'], {
  query: '?raw',
  import: 'default',
  eager: true
});
const SOURCES = new Map(Object.entries(FILES).map(([path, text]) => [new URL(path, 'file:///src/lib/shell/').pathname, text]));

/** What is bound by a computed key, as it stands in the source, and what that comes to. */
const COMPUTED: Record<string, readonly (readonly [id: string, keys: string])[]> = {
  'id: `go.${s.name}`, keys: `g ${s.letter}`': [...text('/src/lib/shell/router.svelte.ts').matchAll(/name: '(\w+)'.*letter: '(\w)'/g)].map(([, name, letter]) => [`go.${name}`, `g ${letter}`]),
  'id, keys, words: t(words), run: () => router.go(name)': [['write.new', 'c'], ['search.focus', '/']],
  'id: `desk.tab_${name}`, keys: `${n + 1}`': digits('desk.tab', 1, 3),
  'id: `people.${o.name}`, keys: String(n + 1)': digits('people', 1, 9),
  'id: `inbox.view.${name}`, keys: place < 10 ?': digits('inbox.view', 0, 9),
  'id: `write.level_${n + 1}`, keys: `Alt+${n + 1}`': digits('write.level', 1, 9, 'Alt+'),
  'id: `product.${name}`, keys, words': [['product.why', 'y'], ['product.versions', 'h'], ['product.ask', 'q'], ['product.challenge', 'm']],
  'id: `product.${way.id}`, keys: way.keys': []
};

/** Out of what is nearest, and the field that stands first: the same act wherever it is bound. */
const SAME = new Set(['Escape']);

function text(path: string): string {
  return SOURCES.get(path) ?? '';
}

function digits(id: string, from: number, to: number, before = ''): [string, string][] {
  return Array.from({ length: to - from + 1 }, (_, n) => [`${id}_${n + from}`, `${before}${n + from}`]);
}

interface Bound {
  id: string;
  key: string;
  file: string;
}

function bindings(file: string): Bound[] {
  const source = text(file);
  if (!source.includes('commands.use(') && !/\): Command(\[\])? [{|]/.test(source)) return [];
  const plain = [...source.matchAll(/id: '([^']+)', keys: '([^']*)'/g)].map(([, id, keys]) => [id, keys] as const);
  const computed = Object.entries(COMPUTED).flatMap(([written, made]) => (source.replace(/\s+/g, ' ').includes(written) ? made : []));
  return [...plain, ...computed].flatMap(([id = '', keys = '']) => keys.split(' | ').filter((key) => key && !SAME.has(key)).map((key) => ({ id, key, file })));
}

/** Everything that a file is made of, as far as it is loaded with it or by it. */
function parts(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path = ''] of text(file).matchAll(/(?:from|import\()\s*'((?:\$lib|\.)[^']+)'/g)) {
    const at = path.startsWith('$lib') ? path.replace('$lib', '/src/lib') : new URL(path, `file://${file}`).pathname;
    const found = [at, `${at}.ts`, `${at}.svelte.ts`].find((one) => SOURCES.has(one));
    if (found) parts(found, seen);
  }
  return seen;
}

function doubles(bound: readonly Bound[]): string[] {
  const meanings = new Map<string, Map<string, string>>();
  for (const { id, key, file } of bound) meanings.set(key, (meanings.get(key) ?? new Map<string, string>()).set(id, file));
  return [...meanings].filter(([, ids]) => ids.size > 1).map(([key, ids]) => `${key}: ${[...ids].map(([id, file]) => `${id} (${file})`).join(', ')}`);
}

const all = [...SOURCES.keys()].flatMap(bindings);
const FRAME = new Set(['Shell', 'Alarm', 'Toasts'].flatMap((name) => [...SOURCES.keys()].filter((path) => path.endsWith(`/${name}.svelte`))));

test('every binding is one that this test reads', () => {
  const unread = [...SOURCES].flatMap(([file, source]) => {
    const written = [...source.matchAll(/(?<!\[)\bid(?:: (?!string)[^,]+)?,\s*keys[:,][^\n]*/g)].map(([line]) => line.replace(/\s+/g, ' '));
    return written.filter((line) => !/^id: ('[^']+', keys: '|`[^`]+`, keys: '')/.test(line) && !Object.keys(COMPUTED).some((known) => line.startsWith(known))).map((line) => `${file}: ${line}`);
  });
  expect(unread).toEqual([]);
  expect(all.length).toBeGreaterThan(80);
});

test('a chord and a capital mean the same on every screen', () => {
  expect(doubles(all.filter(({ key }) => /^(Ctrl|Alt|Shift)\+/.test(key)))).toEqual([]);
});

test('a key of the frame means nothing else on any screen', () => {
  const frame = new Set(all.filter(({ file }) => FRAME.has(file)).map(({ key }) => key));
  expect(doubles(all.filter(({ key }) => frame.has(key)))).toEqual([]);
});

const screens = [...SOURCES.keys()].filter((path) => path.startsWith('/src/routes/'));
test.each(screens)('on %s no key has two meanings', (screen) => {
  const here = parts(screen);
  for (const file of parts('/src/lib/shell/Shell.svelte')) if (!file.startsWith('/src/routes/')) here.add(file);
  expect(doubles([...here].flatMap(bindings))).toEqual([]);
});
