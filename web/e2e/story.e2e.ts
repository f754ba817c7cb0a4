// SPDX-License-Identifier: Apache-2.0
// The exercise goes on by hand: a Korean analyst writes for two nations, a British officer has words changed before they leave,
// an Australian reads both, and the originator finds out why a nation didn't get a line. Played on the seven nodes.
import type { Browser, Page } from 'playwright-core';
import { WIDE, axe, node, scenario, setLanguage, signIn } from './harness.ts';
import { fileIt } from './writes.ts';

scenario('written in Korea for Australia and Japan, released, and read there without a trace of what is not theirs', async ({ browser, page }) => {
  const title = 'Second boat leaves Nampo';
  const kept = 'The boat was named by a source in the port.';
  const reader = await open(browser, 'AUS', 'aus.analyst');
  await reader.keyboard.press('4');

  await signIn(page, 'KOR', 'kor.analyst');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  await write(page, 0, title, ['aus', 'jpn']);
  await write(page, 1, 'A second boat left Nampo at dawn, heading west.', ['aus', 'jpn']);
  await write(page, 2, kept, ['jpn']);
  // Beside it: two texts, and who gets which.
  await page.waitForSelector('.group:has-text("AUS")');
  await page.waitForSelector('.group:has-text("JPN")');
  const reference = await file(page);
  await page.waitForSelector('.done:has-text("Waits for release to")');

  const desk = await open(browser, 'KOR', 'kor.disclosure');
  await release(desk, reference, 2);

  const line = reader.locator(`[role=option]:has-text("${title}")`);
  await line.waitFor({ timeout: 60_000 });
  await line.click();
  await reader.waitForSelector('.pane .portion:has-text("heading west")');
  if (await reader.locator('.pane .portion').count() !== 2) throw new Error('another count of portions than was released');
  if ((await reader.content()).includes(kept)) throw new Error('what is for JPN alone is in the page');

  // Why Australia lacks a line: at the originator, by member, in the reader's own language.
  const key = await page.evaluate(async (words) => {
    interface Line { key: string; title: { body: { wordings?: { text: string }[] } } | null }
    const { items } = (await (await fetch('/api/products?limit=50')).json()) as { items: Line[] };
    return items.find((l) => l.title?.body.wordings?.some((w) => w.text === words))?.key ?? '';
  }, title);
  await page.goto(`${node('KOR')}/#/sides/${encodeURIComponent(key)}`);
  await page.waitForSelector('section.card:has(h2:has-text("AUS")) li:has-text("not in the audience (JPN, KOR)")');
  // From there to the product, and back to what its members hold.
  await page.getByRole('button', { name: 'Open', exact: true }).press('Enter');
  await page.waitForSelector('main .portion:has-text("heading west")');
  await page.goBack();
  await page.waitForSelector('section.card:has(h2:has-text("AUS")) details[open]');
  await setLanguage(page, 'ko');
  await page.waitForSelector('html[lang=ko] main section.card h2:has-text("AUS")');
});

scenario('sent back in Britain for other words, reworded, released, and read in Australia', async ({ browser, page }) => {
  const title = 'Ferry company attacked again';
  await signIn(page, 'GBR', 'gbr.watch');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  await write(page, 0, title, ['aus']);
  await write(page, 1, 'The same company as in July was attacked at noon, and named us as its contact.', ['aus']);
  const reference = await file(page);

  const desk = await open(browser, 'GBR', 'gbr.disclosure');
  await pick(desk, reference);
  await desk.keyboard.press('o');
  await desk.getByRole('button', { name: /^Comment on / }).last().press('Enter');
  await desk.keyboard.type('Leave out who is the contact, please.');
  await desk.keyboard.press('Escape');
  await desk.locator('.decide .back').press('Enter');
  await desk.waitForSelector('.result:has-text("Sent back")');

  // It opens again with the officer's words at their portion; other words go the same way.
  await page.evaluate(() => (location.hash = '#/write'));
  await page.reload();
  await page.locator(`.back:has-text("${reference}") button`).press('Enter');
  await page.waitForSelector('text=Leave out who is the contact, please.');
  await page.locator('.document .wording').nth(1).click();
  await page.keyboard.press('End');
  for (let n = 0; n < ', and named us as its contact.'.length; n++) await page.keyboard.press('Backspace');
  await page.keyboard.type('.');
  const again = await file(page);
  await release(desk, again, 1);

  const reader = await open(browser, 'AUS', 'aus.analyst');
  await reader.keyboard.press('4');
  const line = reader.locator(`[role=option]:has-text("${title}")`);
  await line.waitFor({ timeout: 60_000 });
  await line.click();
  await reader.waitForSelector('.pane .portion:has-text("attacked at noon.")');
  if ((await reader.content()).includes('named us as its contact')) throw new Error('the words that were sent back are in the page');
});

scenario('of two ways to reach nations with the same portions it is said that one is enough; once it is written, the other is gone', async ({ page }) => {
  await signIn(page, 'KOR', 'kor.analyst');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  for (const words of ['Convoy by night', 'It took the coast road.']) {
    await page.keyboard.type(words);
    await page.keyboard.press('Alt+4');
    await page.waitForFunction(() => !document.querySelector('.document .current .unlabelled'));
    if (words === 'Convoy by night') await page.keyboard.press('Enter');
  }
  const either = page.locator('.advice > li.either');
  await either.locator(':text("Alternatives: one of these is enough")').waitFor();
  const ways = await either.locator('p:has-text("To reach")').allTextContents();
  if (ways.length !== 2 || !ways.every((way) => way.includes('AUS') && way.includes('JPN')) || ways.filter((way) => way.includes('NZL')).length !== 1) throw new Error(ways.join(' / '));
  // The wider one: then nobody lacks a portion, so nothing is left to advise.
  await either.locator('li:has-text("NZL") .button:has-text("Write the other words")').click();
  for (let open = page.locator('.document .wording.empty'), n = 0; n < 4 && (await open.count()) > 1; n++) {
    await open.first().click();
    await page.keyboard.type('Words for others.');
  }
  await page.waitForSelector('.group:has-text("NZL")');
  await page.waitForSelector('.advice', { state: 'detached' });
});

scenario('marks in a nation’s own language are said in the page’s, where they are drawn and where a level is chosen', async ({ page }) => {
  await signIn(page, 'KOR', 'kor.analyst');
  await page.waitForSelector('.views');
  await page.waitForSelector('.banner.top[title*="EXERCISE KOR"] .hidden-visually:has-text("That is: ")', { state: 'attached' });
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  await write(page, 0, 'Said in two languages', ['aus']);
  await page.waitForSelector('.said:has-text("EXERCISE KOR DAEOEBI//REL TO KOR, AUS")');
  await page.waitForSelector('.document .chip[title^="EXERCISE KOR DAEOEBI//REL TO KOR, AUS"]:has-text("(EXERCISE KOR-D//REL KOR, AUS)")');
  const group = page.locator('.group:has-text("AUS")');
  await group.locator('.banner:has-text("대외비")').waitFor();
  await group.locator('p:text("That is: EXERCISE KOR DAEOEBI//REL TO KOR, AUS")').waitFor();
  await group.locator('.button').press('Enter');
  await page.waitForSelector('[role=dialog] .portion:has(.mark:has-text("(EXERCISE 대외비//")):has(.plain:has-text("EXERCISE KOR DAEOEBI//REL TO KOR, AUS"))');
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  await page.keyboard.press('Escape');
  await page.locator('.document .wording').first().click();
  await page.keyboard.press('Alt+l');
  const level = page.locator('[role=dialog] .level:has-text("EXERCISE KOR II-KUP")');
  for (const written of ['(EXERCISE KOR-II)', 'EXERCISE 군사II급비밀', '(EXERCISE 군II)']) await level.locator('.written', { hasText: written }).waitFor();
  const named = await level.locator('input').evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
  if (!named.includes('군사II급비밀')) throw new Error(`the level is called ${named}`);
  await page.keyboard.press('Escape');
  // What stands there is said anew, and so is what may be chosen.
  await page.locator('header select:has(option[value=ko])').selectOption('ko');
  await page.waitForSelector('.document .chip[title^="EXERCISE 대외비//"]:has-text("(EXERCISE 대외비//")');
  await page.locator('.document .wording').first().click();
  await page.keyboard.press('Alt+l');
  await page.waitForSelector('[role=dialog] .level:has(input:checked):has-text("EXERCISE 대외비")');
  await page.waitForSelector('.banner.top:has-text("대외비")');
  if (await page.locator('.banner .hidden-visually').count()) throw new Error('what is in the page’s language is said twice');
});

scenario('Australia’s watch changes hands: taken, offered with what is open, and taken by the relief', async ({ browser, page }) => {
  await signIn(page, 'AUS', 'aus.watch');
  await page.waitForSelector('.views');
  await page.keyboard.press('0');
  await page.waitForSelector('.log .who:has-text("Nobody has taken the watch yet")');
  await page.keyboard.press('w');
  await page.waitForSelector('.log .who:has-text("aus.watch has the watch")');
  await page.keyboard.press('h');
  const offered = await page.locator('[role=dialog] .who select option').allTextContents();
  if (offered.join() !== 'aus.relief') throw new Error(`the watch is offered to ${offered.join()}`);
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.toast:has-text("aus.relief")');
  const relief = await open(browser, 'AUS', 'aus.relief');
  await relief.keyboard.press('0');
  await relief.waitForSelector('.log .offer:has-text("aus.watch")');
  await relief.keyboard.press('w');
  await page.waitForSelector('.log .who:has-text("aus.relief has the watch")');
  if (await page.locator('.log .who button:has-text("Hand over")').count()) throw new Error('who gave it away may give it again');
  await relief.context().close();
});

async function open(browser: Browser, member: string, person: string): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en', serviceWorkers: 'block' });
  const page = await context.newPage();
  await signIn(page, member, person);
  await page.waitForSelector('.views');
  return page;
}

/** One portion, typed and labelled by keyboard: the second level, for these nations and one's own. */
async function write(page: Page, n: number, words: string, nations: string[]): Promise<void> {
  if (n) await page.keyboard.press('Alt+Enter');
  await page.keyboard.type(words);
  await page.keyboard.press('Alt+2');
  await page.keyboard.press('Alt+l');
  await page.waitForSelector('[role=dialog] input[type=radio]');
  for (const nation of nations) {
    await page.getByPlaceholder('Type a nation').fill(nation);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`[role=dialog] .chip:has-text("${nation.toUpperCase()}")`);
  }
  await page.keyboard.press('Escape');
  await page.locator('.document .portion').nth(n).locator(`.variant:not(.unlabelled) > .chip:has-text("${nations[0]?.toUpperCase()}")`).waitFor();
  await page.locator('.document').focus();
  await page.keyboard.press('End');
}

async function file(page: Page): Promise<string> {
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  return await fileIt(page);
}

async function pick(desk: Page, reference: string): Promise<void> {
  await desk.evaluate(() => (location.hash = '#/desk'));
  await desk.locator(`.line:has-text("${reference}")`).press('Enter');
  await desk.waitForSelector('article .open');
}

/** Each distinct text is opened, then all of them are released by the reference's letters. */
async function release(desk: Page, reference: string, texts: number): Promise<void> {
  await pick(desk, reference);
  for (let n = 0; n < texts; n++) {
    await desk.locator('article .open').first().press('Enter');
    await desk.waitForFunction((k) => document.querySelectorAll('article .approve').length >= k, 1);
    await desk.locator('article .approve').first().press('Enter');
    await desk.locator('[role=dialog] input').fill(reference.split(' ').at(-1) ?? '');
    await desk.locator('[role=dialog] input').press('Enter');
    await desk.waitForSelector('.result:has-text("Released to"), .toast.bad');
    const refused = await desk.locator('.toast.bad').allTextContents();
    if (refused.length) throw new Error(`refused: ${refused.join('; ')}`);
  }
  await desk.locator(`.line:has-text("${reference}")`).waitFor({ state: 'detached' });
}
