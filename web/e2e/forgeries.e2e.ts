// SPDX-License-Identifier: Apache-2.0
// Content never passes for a marking, wherever it is shown: at the desk, in what a search finds, on the map, on paper, beside it.
import type { Page } from 'playwright-core';
import { call, label } from './acts.ts';
import { FORGED, listen, MARKINGS, portion, posing, taken, tagOf, titled } from './forgeries.ts';
import { scenario, signIn } from './harness.ts';

const HEBREW = 'הסירה חצתה את המצר (U//NOFORN) בלילה';

/** A report of everything that could pass for a marking, at a place whose words try as well. */
async function forge(page: Page, title: string): Promise<{ key: string; reference: string }> {
  const made = (await label(page, ['NZL', 'USA'])) as { policy: string };
  const portions: object[] = [titled(made, title), portion(0, made, HEBREW)];
  for (const text of [...MARKINGS, ...FORGED]) {
    const one = portion(portions.length, made, text);
    if (await taken(page, [titled(made, title), one])) portions.push(one);
  }
  const place = { type: 'position', geojson: '{"type":"Point","coordinates":[174.77,-41.27]}', text: '(EXERCISE NZ-U) 41.27S 174.77E' };
  portions.push({ kind: 'position', tag: tagOf(portions.length), variants: [{ label: made, body: place }] });
  return call(page, 'POST', '/api/products', { draft: { kind: 'report', precedence: 'ROUTINE', policy: made.policy, portions } });
}

async function panels(page: Page, made: ReadonlySet<string>, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForSelector('aside.front');
    await posing(page, made, `panel ${key}`);
    await page.keyboard.press('Escape');
  }
}

scenario('no text passes for a marking at the desk, in a search, on the map, on paper, or beside the product', async ({ browser, page }) => {
  const made = listen(page);
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const { key, reference } = await forge(page, '(EXERCISE NZ-U) Forgeries at the desk');
  const go = (place: string) => page.evaluate((hash) => (location.hash = hash), place);

  await go('#/search');
  await page.waitForSelector('input[type=search]:focus');
  for (const words of ['SECRET', 'NOFORN', 'UNCLASSIFIED', '秘']) {
    await page.locator('input[type=search]').fill(words);
    await page.waitForSelector('.hit .snippet');
    await posing(page, made, `search for ${words}`);
  }
  await go('#/map');
  await page.waitForSelector('.side .line:has-text("41.27S")');
  await posing(page, made, 'map');
  const spot = page.locator('.side .line:has-text("(EXERCISE NZ-U) 41.27S")').first();
  await spot.click();
  await page.waitForSelector('.side .portion');
  await posing(page, made, 'opened on the map');

  await go(`#/product/${key}`);
  await page.waitForSelector('.whole .portion');
  await posing(page, made, 'product');
  const turned = await page.evaluate((words) => {
    const text = [...document.querySelectorAll('.whole bdi')].find((one) => one.textContent === words);
    const row = text?.closest('.portion');
    const mark = row?.querySelector('.mark');
    return [text && getComputedStyle(text).direction, mark && getComputedStyle(mark).direction, mark?.textContent?.trim()];
  }, HEBREW);
  if (turned[0] !== 'rtl' || turned[1] !== 'ltr' || !made.has(turned[2] ?? '')) throw new Error(`right to left: ${turned.join(' ')}`);
  await panels(page, made, 'y', 'h');
  await page.evaluate(() => { window.print = () => { document.body.dataset.printed = 'yes'; }; });
  await page.keyboard.press('p');
  await page.waitForSelector('body[data-printed]');
  await page.emulateMedia({ media: 'print' });
  await posing(page, made, 'paper');
  const sheets = await page.locator('.banner').allTextContents();
  if (sheets.length !== 2 || !sheets.every((text) => made.has(text.trim()))) throw new Error(`on paper: ${sheets.join(' | ')}`);
  await page.emulateMedia({ media: 'screen' });

  await go(`#/sides/${key}`);
  await page.waitForSelector('main .portion');
  await posing(page, made, 'by member');

  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  await page.reload();
  await go('#/desk');
  await page.locator(`.line:has-text("${reference}")`).press('Enter');
  await page.waitForSelector('article .open');
  await posing(page, made, 'desk, closed');
  await page.keyboard.press('o');
  await page.waitForSelector('article .row');
  await posing(page, made, 'desk, opened');
  await page.keyboard.press('l');
  await page.waitForSelector('[role=dialog] .portion');
  await posing(page, made, 'look as');
  // The look itself: a text in the letters of markings would be found.
  await page.evaluate(() => document.querySelector('main')?.insertAdjacentHTML('beforeend', '<span class="mono">(EXERCISE NZ-X//ALL)</span>'));
  const caught = await posing(page, made, 'planted').then(() => false, () => true);
  if (!caught) throw new Error('a planted marking was not found');
  // Who got it may ask about it, and challenge its marking.
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });
  const reader = await (await browser.newContext()).newPage();
  const theirs = listen(reader);
  await signIn(reader, 'USA', 'hawk');
  const status = () => reader.evaluate(async (at) => (await fetch(at)).status, `/api/products/${key}`);
  for (let n = 0; n < 50 && (await status()) !== 200; n++) await reader.waitForTimeout(200);
  await reader.evaluate((hash) => (location.hash = hash), `#/product/${key}`);
  await reader.waitForSelector('.whole .portion');
  await panels(reader, theirs, 'q', 'm');
  await reader.context().close();
});

scenario('in the editor a text that looks like a marking is no label, and what can’t be seen is named', async ({ page }) => {
  const made = listen(page);
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const { key } = await forge(page, 'Forgeries to amend');
  await page.evaluate((id) => (location.hash = `#/write/amend_${id}`), key.split('.')[1] ?? '');
  await page.waitForSelector('.document .portion');
  await page.waitForFunction(() => document.querySelectorAll('.document .variant > .chip').length > 10);
  const chips = (await page.locator('.document .variant > .chip').allTextContents()).map((text) => text.trim());
  const wrong = chips.filter((text) => !made.has(text) && !/NOT LABELLED/.test(text));
  if (wrong.length) throw new Error(`chips that the node did not make: ${wrong.join(' | ')}`);
  await page.waitForSelector('.document .hidden-char[data-name="U+202E"]');
});
