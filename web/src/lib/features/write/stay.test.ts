// SPDX-License-Identifier: Apache-2.0
// Where the browser's cursor falls back to the beginning, a selected body stays what the next key is for.
import { EditorState, NodeSelection, Selection, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { expect, test } from 'vitest';
import { makePortion, makeVariant, schema, types } from './schema';
import { fellBack, stay } from './stay';

const position = types.other.create({ body: { type: 'position', lat: 1, lon: 2 } });
const doc = schema.topNodeType.create(null, [
  makePortion('TA', 'title', makeVariant('en', 'A title')),
  makePortion('TB', 'position', types.variant.create(null, position))
]);
const body = doc.child(0).nodeSize + 2;
const selected = EditorState.create({ doc, selection: NodeSelection.create(doc, body) });
const start = Selection.atStart(doc).from;

/** What the plugin makes of a cursor that the browser says is at `at`. */
function read(plugin: ReturnType<typeof stay>, state: EditorState, at: number): Selection | null | undefined {
  const $at = state.doc.resolve(at);
  return plugin.props.createSelectionBetween?.call(plugin, { state } as EditorView, $at, $at);
}

function tell(plugin: ReturnType<typeof stay>, type: 'pointerdown' | 'keydown', key = ''): void {
  const call = plugin.props.handleDOMEvents?.[type] as ((view: unknown, event: unknown) => unknown) | undefined;
  call?.call(plugin, {}, { key });
}

test('a body that is selected stays so where the cursor is at the beginning and nobody moved it', () => {
  expect(read(stay(() => 5_000), selected, start)).toBe(selected.selection);
});

test('who pressed there, or went there by key, gets there', () => {
  for (const [type, key] of [['pointerdown', ''], ['keydown', 'Home']] as const) {
    const plugin = stay(() => 5_000);
    tell(plugin, type, key);
    expect(read(plugin, selected, start)).toBeNull();
  }
});

test('a key that moves nothing, and a press long ago, are no move', () => {
  let now = 5_000;
  const plugin = stay(() => now);
  tell(plugin, 'pointerdown');
  now += 1_000;
  tell(plugin, 'keydown', 'Alt');
  expect(read(plugin, selected, start)).toBe(selected.selection);
});

test('a cursor anywhere else, and one in a text, is the browser’s to say', () => {
  expect(fellBack(selected, start + 1, start + 1)).toBe(false);
  expect(fellBack(selected, start, start + 3)).toBe(false);
  expect(fellBack(selected.apply(selected.tr.setSelection(TextSelection.create(doc, start + 2))), start, start)).toBe(false);
});
