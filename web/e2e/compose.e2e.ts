// SPDX-License-Identifier: Apache-2.0
// Beside the words: whom a writer may look as, templates, citations, positions drawn on a map, drafts of a post, sessions that end.
import type { Browser, Page } from 'playwright-core';
import { call } from './acts.ts';
import { axe, scenario, setLanguage, setTheme, signIn, WIDE } from './harness.ts';
import { fileIt, labelled, SAID, texts, write } from './writes.ts';

/** Everything written so far, for USA as well. */
async function reachUsa(page: Page): Promise<void> {
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Alt+l');
  await page.getByPlaceholder('Type a nation').fill('usa');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] .chip:has-text("USA")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.group:has-text("USA")');
}

async function saved(page: Page, person: string): Promise<string> {
  return page.evaluate(async (name) => {
    const { items } = (await (await fetch('/api/drafts')).json()) as { items: { id: string }[] };
    const all = await Promise.all(items.map(async (d) => (await fetch(`/api/drafts/${d.id}`)).text()));
    return `${name}: ${all.join('\n')}`;
  }, person);
}

scenario('a writer looks as a member who gets it, as one who gets nothing, and as an audience', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Seen by two', 'A ship crossed the strait.');
  await reachUsa(page);
  await page.locator('.document .wording').nth(1).click();
  await page.keyboard.press('Alt+Enter');
  await page.keyboard.type('Sensor KIWI saw it.');
  await page.keyboard.press('Alt+3');
  await labelled(page, 2);
  await page.waitForFunction(() => !document.querySelector('.findings .block'));
  await page.keyboard.press('Alt+k');
  const look = page.locator('[role=dialog]');
  await look.locator('.portion:has-text("crossed the strait")').waitFor();
  if ((await look.textContent())?.includes('KIWI')) throw new Error('shown more than USA would get');
  await look.locator('summary').press('Enter');
  await look.locator('details li').first().waitFor();
  await look.locator('select').selectOption('KOR');
  await look.locator('text=KOR would get nothing of this.').waitFor();
  if (await look.locator('.portion').count()) throw new Error('a text for somebody who gets none');
  const wide = await look.locator('optgroup option').allTextContents();
  if (!wide.includes('NATO')) throw new Error(`no audience to look as: ${wide.join(' ')}`);
  await look.locator('select').selectOption('NATO');
  await look.locator('.portion:has-text("crossed the strait")').waitFor();
});

scenario('a template lays out what its kind holds, each portion under a label of its own', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  const offered = await page.locator('#posts-action option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  if (!offered.includes('USA-WATCH')) throw new Error(`posts that may be addressed: ${offered.join(' ')}`);
  await page.locator('.template').press('Enter');
  await page.waitForSelector('.document .portion[data-kind=source]');
  const marks = await page.locator('.document .portion > .variants > .variant > .chip').allTextContents();
  const [title, source] = [marks[0], marks.at(-1)];
  if (title === source || marks.some((mark) => !mark.startsWith('('))) throw new Error(`labels of the template: ${marks.join(' ')}`);
  await page.keyboard.type('From a template');
  await labelled(page, 0);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelectorAll('.document .portion').length === 2);
});

scenario('a citation says what it means for the label, stands with its portion, and can be taken away', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'With a citation', 'As reported before.');
  await page.keyboard.press('Alt+c');
  const dialog = page.locator('[role=dialog]');
  await dialog.locator('.line').first().press('Enter');
  await dialog.locator('.line[aria-pressed]').first().press('Enter');
  await dialog.locator('[role=status] .button.main').press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.waitForSelector('.sources .mono');
  await page.waitForSelector('.document .about:has-text("cites")');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.locator('.sources .button').press('Enter');
  await page.waitForSelector('.sources', { state: 'detached' });
});

scenario('a position is drawn on a map by keys and by hand, and stands in the report as it was drawn', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'With a place', 'See the map.');
  await page.getByLabel('+ other than text').selectOption('position');
  const dialog = page.locator('[role=dialog]');
  await dialog.locator('button:has-text("Draw")').first().press('Enter');
  await dialog.locator('canvas').waitFor({ timeout: 60_000 });
  await dialog.locator('[role=group] button:not([disabled])', { hasText: 'Point' }).press('Enter');
  await dialog.locator('button:has-text("Corner at the middle"), button:has-text("middle")').first().press('Enter');
  await dialog.locator('[role=status]:has-text("a point")').waitFor();
  await dialog.locator('[role=group] button:not([disabled])', { hasText: 'Box' }).press('Enter');
  const box = await dialog.locator('canvas').boundingBox();
  if (!box) throw new Error('no map');
  await page.mouse.click(box.x + box.width * 0.4, box.y + box.height * 0.4);
  await page.mouse.click(box.x + box.width * 0.6, box.y + box.height * 0.6);
  await dialog.locator('[role=status]:has-text("an area")').waitFor();
  await dialog.locator('.button.main').press('Enter');
  await page.waitForSelector('.document .other');
  await page.keyboard.press('Alt+2');
  await labelled(page, 2);
  await page.waitForFunction(() => !document.querySelector('.findings .block'));
});

scenario('a draft of a post grows before both who have it open; who writes at the same moment keeps both texts', async ({ browser, page }) => {
  await signIn(page, 'NZL', 'kea');
  const other = await shareWith(browser, page, 'Half done at the end of the watch');
  await append(other, ' From the colleague.');
  // Nothing is unsaved here: the words come in, the colleague is named, and what is typed next is added to them.
  await page.waitForSelector('.document .wording:has-text("As both know it. From the colleague.")');
  await page.waitForSelector('.origin:has-text("Last saved by nzl.second")');
  await page.locator('.document .wording').first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(', and begun anew');
  await other.waitForSelector('.document .wording:has-text("at the end of the watch, and begun anew")');
  await other.waitForSelector('.origin:has-text("Last saved by kea")');
  await page.keyboard.press('Control+z');
  if (!(await texts(page))[1]?.endsWith('From the colleague.')) throw new Error('undo took back what somebody else wrote');
  await other.waitForFunction(() => !document.querySelector('.document .wording')?.textContent?.includes('begun anew'));

  let go = (): void => undefined;
  const held = new Promise<void>((free) => (go = free));
  await page.route('**/api/drafts/*', async (route) => {
    if (route.request().method() === 'PUT') await held;
    await route.continue();
  });
  await append(page, ' From the first.');
  await append(other, ' At the same moment.');
  for (let n = 0; n < 40 && !(await saved(other, 'nzl.second')).includes('At the same moment.'); n++) await other.waitForTimeout(250);
  go();
  await page.waitForSelector('[role=dialog]:has-text("nzl.second has changed this draft")');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForFunction(() => !document.querySelector('.origin'));
  const kept = await saved(page, 'kea');
  for (const words of ['At the same moment.', 'From the first.']) if (!kept.includes(words)) throw new Error(`lost: ${words}`);
  if ((await saved(other, 'nzl.second')).includes('From the first.')) throw new Error('a draft of one person is shown to another');
  await other.context().close();
});

scenario('a draft of a post that a colleague files is not filed a second time, and can be gone on with', async ({ browser, page }) => {
  await signIn(page, 'NZL', 'kea');
  const other = await shareWith(browser, page, 'Filed by whoever ends it');
  await other.waitForFunction(() => !document.querySelector('.findings .block'));
  if (!(await fileIt(other)).includes('NZL-REP')) throw new Error('no reference');
  await page.waitForSelector('.lost[role=alert]:has-text("nzl.second")');
  await page.keyboard.press('Control+Enter');
  if (await page.locator('[role=dialog]').count()) throw new Error('it could be filed again unawares');
  await page.locator('.lost .button').press('Enter');
  await page.waitForSelector('.lost', { state: 'detached' });
  await page.waitForSelector('.end .button:has-text("Give to NZL-WATCH")');
  if (!(await saved(page, 'kea')).includes('Filed by whoever ends it')) throw new Error('the copy is kept nowhere');
  await other.context().close();
});

scenario('a page that hears nothing asks before it files for its post', async ({ browser, page }) => {
  await page.route('**/api/events', (route) => route.abort());
  await signIn(page, 'NZL', 'kea');
  const other = await shareWith(browser, page, 'Filed behind its back');
  await page.waitForFunction(() => document.querySelector<HTMLButtonElement>('.end .button.main')?.disabled === false);
  await other.waitForFunction(() => document.querySelector<HTMLButtonElement>('.end .button.main')?.disabled === false);
  await other.keyboard.press('Control+Enter');
  await other.locator(SAID).press('Enter');
  await other.waitForSelector('.done .mono:has-text("NZL-REP")');
  await page.keyboard.press('Control+Enter');
  await page.locator(SAID).press('Enter');
  await page.waitForSelector('.lost[role=alert]');
  const found = await call<{ total: number }>(page, 'GET', '/api/search?q=%22Filed+behind+its+back%22');
  if (found.total !== 1) throw new Error(`filed ${found.total} times`);
  await other.context().close();
});

/** A draft of the post on the page, and open at a colleague's. */
async function shareWith(browser: Browser, page: Page, title: string): Promise<Page> {
  await write(page, title, 'As both know it.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.locator('.end .button:has-text("Give to NZL-WATCH")').press('Enter');
  await page.waitForSelector('.origin:has-text("A draft of NZL-WATCH")');
  const other = await (await browser.newContext()).newPage();
  await signIn(other, 'NZL', 'nzl.second');
  await other.evaluate(() => (location.hash = '#/write'));
  await other.locator('summary:has-text("drafts")').press('Enter');
  await other.locator(`a:has-text("${title}")`).press('Enter');
  await other.waitForSelector('.origin:has-text("Last saved by kea")');
  return other;
}

/** At the end of the paragraph. */
async function append(page: Page, words: string): Promise<void> {
  await page.locator('.document .wording').nth(1).click();
  await page.keyboard.press('End');
  await page.keyboard.type(words);
}

scenario('words of the desk about a text that was sent back count in the banner, above any list', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'To come back', 'A ship crossed the strait.');
  await reachUsa(page);
  await page.locator('.document .wording').nth(1).click();
  await page.keyboard.press('Alt+Enter');
  await page.keyboard.type('Sensor KIWI saw it.');
  await page.keyboard.press('Alt+4');
  await labelled(page, 2);
  await page.waitForFunction(() => !document.querySelector('.findings .block'));
  await fileIt(page);
  await page.waitForSelector('.done:has-text("Waits for release to USA. Decided by NZL-RELEASE")');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const { items } = await call<{ items: { key: string }[] }>(page, 'GET', '/api/desk');
  await call(page, 'POST', `/api/desk/${items.at(-1)?.key}/return`, { refused: [], comment: 'Not with the sensor.', comments: [] });
  await call(page, 'POST', '/api/session/post', { post: 'NZL-WATCH' });
  await page.evaluate(() => (location.hash = '#/write'));
  await page.reload();
  await page.waitForSelector('.back:has-text("Not with the sensor.")');
  await page.waitForSelector('.banner:has-text("CONFIDENTIAL"), [class*=banner]:has-text("CONFIDENTIAL")');
});

scenario('a session that ends in the middle of a word is begun anew above the text, and the word is saved', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'While the session ended', 'Begun before.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.evaluate(() => fetch('/api/session', { method: 'DELETE', headers: { 'X-Tearline': '1' } }));
  await page.keyboard.type(' Typed after the end.');
  await page.waitForSelector('[role=dialog]:has-text("Your session has ended")');
  if (await page.locator('.document').isVisible()) throw new Error('the text is shown to whoever passes by');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
  await page.waitForSelector('.document .wording:has-text("Typed after the end.")');
  for (let n = 0; n < 40 && !(await saved(page, 'kea')).includes('Typed after the end.'); n++) await page.waitForTimeout(250);
  if (!(await saved(page, 'kea')).includes('Typed after the end.')) throw new Error('the last words are lost');
});

scenario('an attachment that is too large, empty, or not what its name says is refused with what to do, and the text stays', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'With an attachment', 'Kept all the while.');
  await page.getByLabel('+ other than text').selectOption('media');
  const file = page.locator('[role=dialog] input[type=file]');
  const told = page.locator('[role=dialog] [role=alert]');
  await file.setInputFiles({ name: 'huge.txt', mimeType: 'text/plain', buffer: Buffer.alloc(1_200_000, 'a') });
  await told.filter({ hasText: '1,000 kB' }).waitFor();
  await file.setInputFiles({ name: 'huger.png', mimeType: 'image/png', buffer: Buffer.alloc(12_000_000, 7) });
  await told.waitFor();
  for (const [name, buffer] of [['empty.png', Buffer.alloc(0)], ['moving.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')]] as const) {
    await file.setInputFiles({ name, mimeType: 'image/png', buffer });
    await told.waitFor();
    if (await page.locator('[role=dialog] .button.main').isEnabled()) throw new Error(`${name} could be put in`);
  }
  await page.keyboard.press('Escape');
  await page.waitForSelector('.document .wording:has-text("Kept all the while.")');
});

scenario('a machine whose clock is wrong is told so, and times are the node’s', async ({ page }) => {
  await page.clock.install({ time: new Date(Date.now() - 3 * 3_600_000) });
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.waitForSelector('.drift:has-text("10")');
  await write(page, 'By a wrong clock', 'Filed all the same.');
  if (!(await fileIt(page)).includes('MAY 31')) throw new Error('no reference');
});

scenario('5,000 paragraphs are pasted, typed into and saved; that no product holds so many is said, with what to do', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Many portions', 'First.');
  await page.keyboard.press('Alt+Enter');
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', Array.from({ length: 5000 }, (_, at) => `Paragraph ${at} of the long list.`).join('\n\n'));
    document.querySelector('.document')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => document.querySelectorAll('.document .portion').length > 5000);
  await page.keyboard.type(' And on.');
  await page.waitForSelector('.findings .block:has-text("500")', { timeout: 30_000 });
  for (let n = 0; n < 60 && !(await saved(page, 'kea')).includes('Paragraph 4999 of the long list. And on.'); n++) await page.waitForTimeout(500);
  if (!(await saved(page, 'kea')).includes('Paragraph 4999 of the long list. And on.')) throw new Error('a long draft is not kept');
});

scenario('what a writer opens has no fault of WCAG 2.2 AA, in either theme and in Korean on a phone', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  for (const theme of ['dark', 'light'] as const) {
    await page.setViewportSize(theme === 'dark' ? WIDE : { width: 360, height: 740 });
    await setTheme(page, theme);
    if (theme === 'light') await setLanguage(page, 'ko');
    await write(page, `In ${theme}`, 'Own words.');
    await page.waitForSelector('.reach .button');
    const found: string[] = [];
    const look = async (open: () => Promise<void>, ready: string): Promise<void> => {
      await open();
      await page.locator('[role=dialog]').locator(ready).first().waitFor();
      found.push(...(await axe(page)));
      if (process.env.TEARLINE_SHOTS) await page.screenshot({ path: `${process.env.TEARLINE_SHOTS}/open-${theme}-${found.length}-${Date.now() % 1e6}.png` });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      if (wide) throw new Error('the page is wider than the screen');
      await page.keyboard.press('Escape');
      await page.waitForSelector('[role=dialog]', { state: 'detached' });
      await page.locator('.document .wording').nth(1).click();
    };
    await look(() => page.keyboard.press('Alt+k'), 'select');
    await look(() => page.keyboard.press('Alt+c'), '.line');
    for (const form of ['position', 'table', 'grading', 'media']) {
      const select = page.locator('.tools select').last();
      await look(async () => void (await select.selectOption(form)), '.button.main');
    }
    if (found.length) throw new Error(`${theme}: ${[...new Set(found)].join('\n')}`);
    await page.evaluate(() => (location.hash = '#/inbox'));
  }
});
