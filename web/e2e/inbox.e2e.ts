// SPDX-License-Identifier: Apache-2.0
// What arrives comes in by itself, and what is recalled leaves every open list at once.
import { call, draft } from './acts.ts';
import type { Page } from 'playwright-core';
import { axe, axeThemes, letPass, PHONE, scenario, setLanguage, setTheme, signIn } from './harness.ts';

scenario('a released report comes into an open list, and leaves it when it is recalled', async ({ context, page }) => {
  const title = 'Buoy adrift at the north entrance';
  const line = `[role=option]:has-text("${title}")`;
  const reader = await context.newPage();
  await signIn(reader, 'USA', 'hawk');
  await reader.waitForSelector('.views');
  await reader.keyboard.press('4');
  await reader.waitForSelector('[role=option]');

  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const { key } = await call<{ key: string }>(page, 'POST', '/api/products', { draft: await draft(page, title, ['NZL', 'USA']) });
  const item = await call<{ groups: { text: string }[] }>(page, 'GET', `/api/desk/${key}`);
  await call(page, 'POST', `/api/desk/${key}/open`, { text: item.groups[0]?.text });
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });

  await reader.waitForSelector(line);
  await reader.locator(line).click();
  await reader.waitForSelector(`.pane .portion:has-text("${title}")`);

  const whole = await context.newPage();
  await signIn(whole, 'USA', 'hawk', `#/product/${key}`);
  await whole.waitForSelector(`.whole .portion:has-text("${title}")`);
  await whole.waitForSelector('.banner.top:not(.plain)');

  await call(page, 'POST', `/api/products/${key}/amendments`, { draft: await draft(page, title, ['NZL']) });
  await reader.waitForSelector(line, { state: 'detached' });
  await reader.waitForSelector('.pane [role=alert]:has-text("withdrawn by its originator")');
  await reader.waitForFunction(() => [...document.querySelectorAll('.banner')].every((b) => !b.textContent?.includes('NOT LABELLED')));
  await whole.waitForSelector('.whole [role=alert]:has-text("withdrawn by its originator")');
  await whole.waitForSelector('.banner.top.plain');
  // Loaded anew its address leads to the notice; another's that never was says what it said to everybody.
  await whole.reload();
  await whole.waitForSelector('.whole [role=alert]:has-text("withdrawn by its originator"):has-text("NZL-")');
  await whole.locator('.whole [role=alert] a').click();
  await whole.waitForSelector('.notices li:has-text("withdrawn by its originator")');
  await whole.goto(`${whole.url().split('#')[0]}#/product/NZL.${'0'.repeat(32)}`);
  await whole.waitForSelector('.whole [role=alert]:not(:has-text("withdrawn"))');
  if (((await whole.locator('main').textContent()) ?? '').includes(title)) throw new Error('the whole text is still shown');
  if (((await reader.locator('main').textContent()) ?? '').includes(title)) throw new Error('the text is still shown');
});

const lines = '[role=listbox] [role=option]';

/** A warning of NZL's for the watch of USA, released by the desk. */
async function warn(page: Page, title: string): Promise<string> {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const made = { ...(await draft(page, title, ['NZL', 'USA'])), kind: 'warning', precedence: 'FLASH', action: ['USA-WATCH'] };
  const { key } = await call<{ key: string }>(page, 'POST', '/api/products', { draft: made });
  const item = await call<{ groups: { text: string }[] }>(page, 'GET', `/api/desk/${key}`);
  await call(page, 'POST', `/api/desk/${key}/open`, { text: item.groups[0]?.text });
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });
  return key;
}

scenario('a warning calls on every screen, is opened and acknowledged in two keys, and the originator sees the post', async ({ context, page }) => {
  const reader = await context.newPage();
  await signIn(reader, 'USA', 'hawk', '#/search');
  await reader.waitForSelector('.panes');
  const key = await warn(page, 'Wreck adrift in the fairway');
  await reader.waitForSelector('.alarm:has-text("Wreck adrift in the fairway")');
  if (!(await reader.title()).startsWith('▲ (1)')) throw new Error(`the window's title says nothing: ${await reader.title()}`);
  await reader.locator('main').focus();
  await reader.keyboard.press('g');
  await reader.keyboard.press('z');
  await reader.waitForSelector('.pane .portion:has-text("Wreck adrift in the fairway")');
  await reader.keyboard.press('a');
  await reader.waitForSelector('.alarm', { state: 'detached' });
  await page.waitForFunction(async (asked) => {
    const got = await fetch(`/api/products/${asked}/receipts`);
    const text = await got.text();
    if (text.includes('hawk')) throw new Error('a person is named');
    return text.includes('USA-WATCH') && text.includes('acknowledged') && text.includes('displayed');
  }, key);
  await reader.keyboard.press('0');
  await reader.waitForSelector('.log li.acknowledged');
});

scenario('a line is done with e, comes back with u, and is mine with m', async ({ page }) => {
  await signIn(page, 'USA', 'hawk');
  await page.waitForSelector('.views');
  await page.keyboard.press('4');
  await page.keyboard.press('j');
  await page.waitForSelector('.pane .portion');
  await page.waitForSelector(`${lines}[aria-current]:not(:has-text("new"))`);
  await page.keyboard.press('e');
  await page.waitForSelector(`${lines}:has-text("done")`);
  await page.keyboard.press('u');
  await page.waitForSelector(`${lines}:has-text("done")`, { state: 'detached' });
  await page.keyboard.press('m');
  await page.waitForSelector(`${lines}:has-text("with hawk")`);
  await page.keyboard.press('6');
  await page.waitForSelector(`${lines}:has-text("with hawk")`);
});

scenario('lines are chosen by keys and done with at once, in Korean', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await setLanguage(page, 'ko');
  await page.waitForSelector('.views');
  await page.keyboard.press('4');
  await page.waitForSelector(lines);
  await page.keyboard.press('Shift+X');
  await page.waitForSelector(`${lines}[aria-selected=true]`);
  await page.keyboard.press('e');
  await page.waitForSelector(`${lines}:has-text("완료")`);
  await page.keyboard.press('u');
  await page.waitForSelector(`${lines}:has-text("완료")`, { state: 'detached' });
});

scenario('a time in a line stands whole or not at all, on every width', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/inbox?view=all');
  for (const width of [1440, 1280, 1024, 760, 520]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForSelector(lines);
    const cut = await page.evaluate(() => [...document.querySelectorAll('.line .came')].filter((came) => {
      const [time, foot] = [came.getBoundingClientRect(), came.parentElement!.getBoundingClientRect()];
      return time.top < foot.bottom - 4 && (time.right > foot.right + 1 || came.scrollWidth > came.clientWidth + 1);
    }).length);
    if (cut) throw new Error(`${cut} times are cut at ${width} px`);
  }
});

scenario('each view that has a number is looked at by it, and stands in the list of keys', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const names = (await page.locator('.views button[aria-pressed]').allInnerTexts()).slice(0, 10).map((words) => words.replace(/[\s\d]+$/, ''));
  for (const [place, name] of names.entries()) {
    await page.keyboard.press(`${(place + 1) % 10}`);
    await page.waitForSelector(`.views button[aria-pressed=true]:has-text("${name}")`);
  }
  await page.keyboard.press('?');
  const keys = await page.locator('[role=dialog] dl kbd').allInnerTexts();
  for (const key of '1234567890') if (!keys.includes(key)) throw new Error(`${key} is not in the list of keys`);
});

scenario('a view of one’s own is kept under its name, and its deletion can be undone', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('4');
  await page.keyboard.press('f');
  await page.click('.filter button:has-text("FLASH")');
  await page.fill('.filter input', 'Harbour');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.views .own:has-text("Harbour")');
  await page.reload();
  await page.click('.views .own:has-text("Harbour")');
  await page.waitForSelector(`${lines}:has-text("Light out at the harbour")`);
  await page.keyboard.press('f');
  await page.click('.filter button:has-text("Delete the view")');
  await page.waitForSelector('.views .own', { state: 'detached' });
  await page.keyboard.press('u');
  await page.waitForSelector('.views .own:has-text("Harbour")');
});

scenario('the watch is taken by one key, what happens stands in its log, and it is handed over to the next', async ({ browser, page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('0');
  await page.waitForSelector('.log .who:has-text("Nobody has taken the watch yet")');
  await page.keyboard.press('h');
  if (await page.locator('[role=dialog], .log .who button:has-text("Hand over")').count()) throw new Error('a watch is handed over that nobody has');
  await page.keyboard.press('w');
  await page.waitForSelector('.log .who:has-text("kea has the watch")');
  await page.fill('.log textarea', 'Radar at the north entrance is out');
  await page.click('.log form > .button');
  await page.waitForSelector('.log li.remark:has-text("Radar at the north entrance is out")');
  await page.locator('main').focus();
  await page.keyboard.press('h');
  await page.waitForSelector('[role=dialog] .who select:has-text("nzl.second")');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.toast:has-text("nzl.second")');
  const context = await browser.newContext();
  const next = await context.newPage();
  await signIn(next, 'NZL', 'nzl.second');
  await next.waitForSelector('.views');
  await next.keyboard.press('0');
  await next.waitForSelector('.log .offer:has-text("nzl.second")');
  await next.keyboard.press('w');
  await page.waitForSelector('.log .who:has-text("nzl.second has the watch")');
  await page.keyboard.press('w');
  await page.waitForSelector('.log .who:has-text("kea has the watch")');
  await context.close();
});

scenario('a view in which nothing is says what would come there, and what is acknowledged is not offered again', async ({ page, context }) => {
  await signIn(page, 'USA', 'usa.second', '#/inbox?view=assigned');
  await page.waitForSelector('.pane:has-text("or you to yourself (m), comes here")');
  await page.setViewportSize(PHONE);
  await page.waitForSelector('.side :text("or you to yourself (m), comes here"):visible');
  const reader = await context.newPage();
  await signIn(page, 'NZL', 'kea');
  await warn(page, 'Acknowledged once');
  await signIn(reader, 'USA', 'hawk', '#/inbox?view=all');
  await reader.locator('[role=option]:has-text("Acknowledged once")').click();
  await reader.locator('.bulk button:has-text("Acknowledge")').press('Enter');
  await reader.waitForSelector('.toast:has-text("cknowledged")');
  await reader.waitForSelector('.bulk button:has-text("Acknowledge")', { state: 'detached' });
});

scenario('several warnings are acknowledged in one request', async ({ context, page }) => {
  await signIn(page, 'NZL', 'kea');
  const keys = [await warn(page, 'First of two'), await warn(page, 'Second of two')];
  const reader = await context.newPage();
  await signIn(reader, 'USA', 'hawk');
  await reader.evaluate(() => (location.hash = '#/inbox?view=waiting'));
  for (const words of ['First of two', 'Second of two']) await reader.waitForSelector(`.list [role=option]:has-text("${words}")`);
  const asked: string[] = [];
  reader.on('request', (request) => { if (request.url().includes('acknowledge')) asked.push(`${request.postData()}`); });
  await reader.locator('#main').focus();
  await reader.keyboard.press('Shift+X');
  await reader.waitForSelector('.bulk .count:has-text("2")');
  await reader.keyboard.press('a');
  await reader.waitForSelector('.toast:has-text("cknowledged")');
  const sent = asked.filter((body) => keys.every((key) => body.includes(key)));
  if (asked.length !== 1 || sent.length !== 1) throw new Error(`asked: ${asked.join(' ')}`);
  await reader.waitForSelector('.bulk', { state: 'detached' });
});

scenario('the inbox, its filter, its log and its dialog have no accessibility fault, in either theme', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await page.waitForSelector('.views');
    for (const keys of [['4', 'j', 'x', 'f'], ['9'], ['0', 'w', 'h']]) {
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForTimeout(400);
      const faults = await axe(page);
      if (faults.length) throw new Error(`${theme} ${keys.join(' ')}: ${faults.join('\n')}`);
    }
    await page.keyboard.press('Escape');
  }
});

scenario('a warning sounds after the first key, until it is silenced; then words say that it waits all the same', async ({ context, page }) => {
  const reader = await context.newPage();
  await reader.addInitScript(() => {
    const counted = globalThis as unknown as { tones: number };
    counted.tones = 0;
    const plain = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function (this: AudioContext) {
      counted.tones++;
      return plain.call(this);
    };
  });
  await signIn(reader, 'USA', 'hawk');
  await reader.waitForSelector('.views');
  const key = await warn(page, 'Ice in the roads');
  await reader.waitForSelector('.alarm:has-text("Ice in the roads")');
  await reader.locator('main').focus();
  await reader.keyboard.press('Shift');
  const tones = () => reader.evaluate(() => (globalThis as unknown as { tones: number }).tones);
  await reader.waitForFunction(() => (globalThis as unknown as { tones: number }).tones > 0);
  await reader.locator('.alarm .sound:has-text("press a key")').waitFor({ state: 'detached' });
  const faults = await axeThemes(reader);
  if (faults.length) throw new Error(faults.join('\n'));
  await reader.locator('#main').focus();
  await reader.keyboard.press('Shift+S');
  await reader.waitForSelector('.alarm .sound:has-text("Silenced")');
  const silent = await tones();
  await reader.waitForTimeout(4500); // the tones come again every four seconds
  if ((await tones()) !== silent) throw new Error('it sounds on');
  await call(reader, 'POST', `/api/products/${key}/acknowledge`, { state: 'acknowledged' });
  await reader.waitForSelector('.alarm', { state: 'detached' });
});

scenario('a FLASH that a post leaves is asked of its alternate as well, which acknowledges it; the originator sees both posts', async ({ browser, context, page }) => {
  const keeper = await (await browser.newContext()).newPage();
  await signIn(keeper, 'USA', 'usa.admin', '#/people');
  const set = (alternate: string, flash_min: number) => call(keeper, 'PUT', '/api/posts/USA-WATCH', { title: '', alternate, flash_min });
  await set('USA-RELEASE', 2);
  const late = await context.newPage();
  await signIn(late, 'USA', 'usa.second', '#/search');
  const other = await (await browser.newContext()).newPage();
  await signIn(other, 'USA', 'hawk', '#/search');
  await Promise.all([other.waitForResponse('**/api/session/post'), other.getByLabel('Acting for').selectOption('USA-RELEASE')]);
  const key = await warn(page, 'Mine adrift off the cape');
  await late.waitForSelector('.alarm:has-text("Mine adrift off the cape")');
  letPass(1);
  await other.waitForTimeout(2500);
  if (await other.locator('.alarm').count()) throw new Error('the alternate was asked before its time');
  letPass(1);
  await other.waitForSelector('.alarm:has-text("Mine adrift off the cape"):has-text("USA-WATCH did not answer in time")');
  await other.locator('#main').focus();
  await other.keyboard.press('g');
  await other.keyboard.press('z');
  await other.waitForSelector('.pane .portion:has-text("Mine adrift off the cape")');
  await other.keyboard.press('a');
  await other.waitForSelector('.alarm', { state: 'detached' });
  // It is still the watch's to acknowledge, and both logs tell of it.
  await other.keyboard.press('0');
  await other.waitForSelector('.log li.asked:has-text("USA-WATCH")');
  await late.waitForSelector('.alarm:has-text("Mine adrift off the cape")');
  await late.evaluate(() => (location.hash = '#/inbox?view=log'));
  await late.waitForSelector('.log li.passed:has-text("USA-RELEASE")');
  await page.evaluate((asked) => (location.hash = `#/inbox?view=sent&pick=${asked}`), key);
  await page.waitForSelector('tr:has-text("USA-RELEASE"):not(.open) td:nth-child(4):has-text("✓")');
  await page.waitForSelector('tr.open:has-text("USA-WATCH")');
  await call(late, 'POST', `/api/products/${key}/acknowledge`, { state: 'acknowledged' });
  await set('', 0);
});
