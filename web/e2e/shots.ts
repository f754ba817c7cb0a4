// SPDX-License-Identifier: Apache-2.0
// Pictures of every screen of the played exercise, for people to look at: `./run shots DIR [SCREEN ...]`.
import { chromium, type Page } from 'playwright-core';
import { call, draft, label } from './acts.ts';
import { PHONE, WIDE, setLanguage, setTheme, signIn } from './harness.ts';

interface Shot {
  name: string;
  member: string;
  person: string;
  place: string | ((page: Page) => Promise<string>);
  /** What to do on the screen before the picture is taken. */
  act?: (page: Page) => Promise<void>;
}

/** The warning by which the exercise explains itself. */
const shown = async (page: Page): Promise<string> => {
  const { story } = await call<{ story: { shown: { reference: string } } }>(page, 'GET', '/api/door');
  return `#/sides?${new URLSearchParams({ reference: story.shown.reference })}`;
};
/** Where the texts begin to differ. */
const differences = async (page: Page): Promise<void> => {
  await page.locator('.sides .portion[aria-label^=VX]').first().evaluate((portion) => portion.scrollIntoView({ block: 'center' }));
  await page.waitForTimeout(300);
};
const warning = async (page: Page): Promise<string> => {
  const listed = await call<{ items: { key: string }[] }>(page, 'GET', '/api/products?kind=warning&limit=1');
  return `#/product/${listed.items[0]?.key ?? ''}`;
};
const open = async (page: Page): Promise<void> => {
  await page.keyboard.press('j');
  await page.waitForTimeout(600);
};

/** Something for the officer to decide: a report that the member's own watch files, with exact words that stay at home. */
const toDecide = async (page: Page): Promise<string> => {
  await play(page, 'gbr.watch');
  const made = await draft(page, 'Convoy seen leaving the strait', ['GBR', 'KOR', 'JPN']);
  const [wide, near, own] = [await label(page, ['GBR', 'KOR', 'JPN']), await label(page, ['GBR', 'JPN']), await label(page, ['GBR'])];
  const words = (of: unknown, text: string) => ({ label: of, body: { type: 'text', wordings: [{ lang: 'en', text }] } });
  const portions = [
    ...(made.portions as object[]),
    { kind: 'paragraph', tag: 'PA', variants: [words(own, 'Six ships left at 0410Z, as a patrol aircraft saw by radar.'), words(wide, 'Several ships left during the night.')] },
    { kind: 'assessment', tag: 'PB', variants: [words(near, 'They are expected off Tsushima within two days.')] }
  ];
  await call(page, 'POST', '/api/products', { draft: { ...made, portions } });
  await play(page, 'gbr.disclosure');
  await page.reload();
  return '#/desk';
};
/** The exact text of the first group, as the officer has to read it before anything else. */
const read = async (page: Page): Promise<void> => {
  await open(page);
  await page.keyboard.press('o');
  await page.waitForSelector('article .row');
  await page.waitForTimeout(400);
};

/** What is left of an item once it is decided, and the way on. */
const decide = async (page: Page): Promise<void> => {
  await open(page);
  await page.locator('#desk-words').fill('Say it without the aircraft.');
  await page.locator('.decide .back').click();
  await page.waitForSelector('.became li');
  await page.waitForTimeout(400);
};

/** A report of three portions for two nations, each under its own label: typed as an analyst would. */
const write = async (page: Page): Promise<void> => {
  await page.waitForSelector('.document:focus');
  const texts: [string, string[]][] = [
    ['Second boat leaves Nampo', ['AUS', 'JPN']],
    ['A second boat left Nampo at dawn and headed west.', ['AUS', 'JPN']],
    ['It was named by a source in the port.', ['JPN']]
  ];
  for (const [n, [words, nations]] of texts.entries()) {
    if (n) await page.keyboard.press('Alt+Enter');
    await page.keyboard.type(words);
    await page.keyboard.press('Alt+2');
    await page.keyboard.press('Alt+l');
    await page.waitForSelector('[role=dialog] input[type=radio]');
    for (const nation of nations) await page.locator(`[role=dialog] label:has(.mono:text-is("${nation}")) input`).check();
    await page.keyboard.press('Escape');
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
    await page.locator('.document').focus();
    await page.keyboard.press('End');
  }
  await page.waitForSelector('.group');
  await page.waitForTimeout(800);
};

/** What is said before it is filed. */
const askToFile = async (page: Page): Promise<void> => {
  await write(page);
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('[role=dialog] .outcome');
  await page.waitForTimeout(300);
};

/** The warnings of one launch, side by side. */
const sameEvent = async (page: Page): Promise<string> => {
  const listed = await call<{ items: { key: string }[] }>(page, 'GET', '/api/products?kind=warning&limit=3');
  return `#/compare/${listed.items.map((one) => one.key).join('/')}`;
};
/** A warning that Australia's watch has not acknowledged, on another screen than the inbox. */
const warned = async (page: Page): Promise<string> => {
  const other = await browser.newPage();
  await signIn(other, 'KOR', 'kor.watch');
  const made = await draft(other, 'Second missile in flight', ['KOR', 'AUS', 'JPN']);
  await call(other, 'POST', '/api/products', { draft: { ...made, kind: 'warning', precedence: 'FLASH', action: ['AUS-WATCH'] } });
  await other.close();
  await page.waitForSelector('.alarm');
  return '#/search';
};
const lock = async (page: Page): Promise<void> => {
  await call(page, 'POST', '/api/session/lock');
  await page.reload();
  await page.waitForSelector('form.unlock');
};

const prove = async (page: Page): Promise<void> => {
  await page.waitForSelector('.line');
  await page.keyboard.press('j');
  await page.waitForSelector('#entry-name');
  await page.keyboard.press('v');
  await page.waitForSelector('[data-proof=holds]');
};
const play = (page: Page, person: string): Promise<unknown> => call(page, 'POST', '/api/session/exercise', { person });

const first = async (page: Page): Promise<void> => {
  await page.waitForSelector('.hit');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(600);
};

const drawn = async (page: Page): Promise<void> => {
  await page.waitForSelector('.map[data-state=drawn]', { timeout: 60_000 });
  await page.waitForTimeout(1000);
};

const SHOTS: Shot[] = [
  { name: 'start', member: 'KOR', person: '', place: '' },
  { name: 'by-member', member: 'KOR', person: 'kor.watch', place: shown, act: differences },
  { name: 'inbox', member: 'AUS', person: 'aus.watch', place: '#/inbox', act: open },
  { name: 'product', member: 'JPN', person: 'jpn.analyst', place: warning },
  { name: 'write', member: 'KOR', person: 'kor.analyst', place: '#/write', act: write },
  { name: 'write-file', member: 'KOR', person: 'kor.watch', place: '#/write', act: askToFile },
  { name: 'desk', member: 'GBR', person: 'gbr.disclosure', place: toDecide, act: read },
  { name: 'desk-decided', member: 'GBR', person: 'gbr.disclosure', place: toDecide, act: decide },
  { name: 'desk-reviews', member: 'KOR', person: 'kor.disclosure', place: '#/desk/reviews', act: open },
  { name: 'desk-rules', member: 'KOR', person: 'kor.disclosure', place: '#/desk/rules' },
  { name: 'compare', member: 'AUS', person: 'aus.watch', place: sameEvent },
  { name: 'alarm', member: 'AUS', person: 'aus.watch', place: warned },
  { name: 'lock', member: 'AUS', person: 'aus.watch', place: '#/inbox', act: lock },
  { name: 'register', member: 'KOR', person: 'kor.disclosure', place: '#/register' },
  { name: 'recall', member: 'KOR', person: 'kor.disclosure', place: '#/recall', act: open },
  { name: 'search', member: 'KOR', person: 'kor.analyst', place: '#/search?q=launch', act: first },
  { name: 'map', member: 'KOR', person: 'kor.watch', place: '#/map', act: drawn },
  { name: 'network', member: 'KOR', person: 'kor.admin', place: '#/network', act: open },
  { name: 'audit', member: 'KOR', person: 'kor.auditor', place: '#/audit', act: prove },
  { name: 'people', member: 'KOR', person: 'kor.admin', place: '#/people/people' },
  { name: 'posts', member: 'KOR', person: 'kor.admin', place: '#/people/posts' },
  { name: 'delegations', member: 'KOR', person: 'kor.disclosure', place: '#/people/delegations' },
  { name: 'policies', member: 'KOR', person: 'kor.admin', place: '#/people/policies' },
  { name: 'health', member: 'KOR', person: 'kor.admin', place: '#/people/health' },
  { name: 'watch-log', member: 'KOR', person: 'kor.watch', place: '#/inbox?view=log' }
];
const LOOKS = [
  { size: 'wide', viewport: WIDE, theme: 'dark', language: 'en' },
  { size: 'wide', viewport: WIDE, theme: 'light', language: 'ko' },
  { size: 'phone', viewport: PHONE, theme: 'dark', language: 'en' },
  { size: 'phone', viewport: PHONE, theme: 'light', language: 'ja' }
] as const;

const wanted = process.argv.slice(2);
const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
for (const shot of SHOTS.filter((s) => !wanted.length || wanted.includes(s.name))) {
  for (const look of LOOKS) {
    const touched = look.size === 'phone' ? { hasTouch: true, isMobile: true } : {};
    const context = await browser.newContext({ viewport: look.viewport, ...touched });
    const page = await context.newPage();
    const file = `${shot.name}-${look.size}-${look.theme}.png`;
    try {
      await take(page, shot, look);
      await page.screenshot({ path: `${process.env.TEARLINE_SHOTS}/${file}` });
      console.log(file);
    } catch (error) {
      console.log(`${file}: not taken: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      process.exitCode = 1;
    }
    await context.close();
  }
}
await browser.close();

async function take(page: Page, shot: Shot, look: (typeof LOOKS)[number]): Promise<void> {
  if (shot.person) await signIn(page, shot.member, shot.person);
  else await page.goto(`${(JSON.parse(process.env.TEARLINE_DOORS ?? '{}') as Record<string, string>)[shot.member]}/`);
  await setTheme(page, look.theme);
  await setLanguage(page, look.language);
  if (shot.place) {
    const place = typeof shot.place === 'string' ? shot.place : await shot.place(page);
    await page.evaluate((hash) => (location.hash = hash), place);
  }
  await page.waitForSelector('main');
  await page.waitForTimeout(1200);
  await shot.act?.(page);
}
