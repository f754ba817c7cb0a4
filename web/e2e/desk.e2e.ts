// SPDX-License-Identifier: Apache-2.0
// A disclosure officer reads each distinct text beside the original and decides: release, refuse, send back, review.
import type { Browser, Page } from 'playwright-core';
import { axe, node, scenario, setLanguage, setTheme, signIn } from './harness.ts';

interface Made {
  key: string;
  reference: string;
}

/** File a report or a tearline of two portions for USA; the second has an exact wording that stays at home. */
async function file(page: Page, title: string, kind = 'report', replaces = '', amends = ''): Promise<Made> {
  return await page.evaluate(async ([title, kind, replaces, amends]) => {
    const label = (level: string, ...to: string[]) => ({
      policy: 'EXERCISE NZL', classification: level, categories: [[to.length > 1 ? 'Releasable To' : 'Eyes Only', to]]
    });
    const variant = (of: unknown, text: string) => ({ label: of, body: { type: 'text', wordings: [{ lang: 'en', text }] } });
    const both = label('RESTRICTED', 'NZL', 'USA');
    const second = kind === 'tearline' ? [variant(both, 'Seen in the strait.')] : [variant(label('CONFIDENTIAL', 'NZL'), 'Seen at buoy nine at dawn.'), variant(both, 'Seen in the strait at dawn.')];
    const portions = [
      { kind: 'title', tag: 'TA', variants: [variant(both, title ?? '')] },
      { kind: 'paragraph', tag: 'PB', variants: second }
    ];
    const draft = { kind, precedence: 'PRIORITY', policy: 'EXERCISE NZL', portions };
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    const [place, body] = amends ? [`/api/products/${amends}/amendments`, { draft }] : ['/api/products', { draft, replaces }];
    const answer = await fetch(place, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`could not file: ${await answer.text()}`);
    return (await answer.json()) as { key: string; reference: string };
  }, [title, kind, replaces, amends]);
}

async function atDesk(page: Page, title: string, tab = 'queue', kind = 'report', post = 'NZL-RELEASE'): Promise<Made> {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const made = await file(page, title, kind);
  await Promise.all([page.waitForResponse('**/api/session/post'), page.getByLabel('Acting for').selectOption(post)]);
  await page.evaluate((place) => (location.hash = place), `#/desk/${tab}`);
  await page.locator(`.line:has-text("${made.reference}")`).press('Enter');
  await page.waitForSelector('article .open');
  return made;
}

async function says(page: Page, words: string): Promise<void> {
  await page.waitForSelector(`.result:has-text("${words}"), .toast.bad`);
  const refused = await page.locator('.toast.bad').allTextContents();
  if (refused.length) throw new Error(`refused: ${refused.join('; ')}`);
}

scenario('a text is opened, read beside the original with its authority, and released by its four letters', async ({ page }) => {
  const made = await atDesk(page, 'Released by letters');
  if (await page.locator('.approve').count()) throw new Error('a text could be approved before it was opened');
  await page.keyboard.press('o');
  await page.waitForSelector('article:focus del:has-text("nine")');
  await page.waitForSelector('article ins:has-text("strait")');
  await page.waitForSelector('.authority:has-text("T1")');
  await page.keyboard.press('Shift+A');
  const letters = page.locator('[role=dialog] input');
  await letters.fill('xxxx');
  if (await page.locator('[role=dialog] .button.main').isEnabled()) throw new Error('wrong letters were taken');
  await page.locator('[role=dialog] [role=alert]:has-text("aren’t the last four letters")').waitFor();
  await letters.fill(made.reference.split(' ').at(-1) ?? '');
  await letters.press('Enter');
  await says(page, 'Released to USA');
  await page.waitForSelector(`.line:has-text("${made.reference}")`, { state: 'detached' });
});

scenario('a text whose older wording was recalled from a member says so before it is decided on', async ({ page }) => {
  const made = await atDesk(page, 'Recalled and reworded');
  await page.keyboard.press('o');
  await page.waitForSelector('article .approve');
  if (await page.locator('.findings :text("recalled from")').count()) throw new Error('nothing was recalled yet');
  await approveByLetters(page, made.reference);
  await says(page, 'Released to USA');
  await page.evaluate(async (key) => {
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    const answer = await fetch(`/api/products/${key}/recall`, { method: 'POST', headers, body: JSON.stringify({ members: ['USA'], purpose: 'source' }) });
    if (!answer.ok) throw new Error(`could not recall: ${await answer.text()}`);
  }, made.key);
  await file(page, 'Recalled, in other words', 'report', '', made.key);
  await page.waitForSelector('.findings li.serious:has-text("recalled from USA on"):has-text("by NZL-RELEASE: source to be protected")');
  await page.waitForSelector('.findings .rule:has-text("by a decision alone")');
});

scenario('who chooses an item is in it, goes on by keys, and comes back to its line', async ({ page }) => {
  await atDesk(page, 'Waits beside it');
  const made = await atDesk(page, 'Gone into by key');
  const heading = (reference: string) => page.waitForSelector(`.review h2:focus:has-text("${reference}")`);
  await heading(made.reference);
  await page.keyboard.press('Escape');
  await page.waitForSelector(`.line:focus:has-text("${made.reference}")`);
  await page.keyboard.press('Enter');
  await heading(made.reference);
  const other = (await page.locator('.list .line strong').allTextContents()).find((reference) => reference !== made.reference);
  if (!other) throw new Error('there is one item only');
  await page.keyboard.press('k');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  const current = await page.locator('.list .line[aria-current=true] strong').textContent();
  await heading(current ?? '');
  // The one that is decided takes the focus with it; what became of it has it then.
  await page.locator(`.line:has-text("${made.reference}")`).press('Enter');
  await heading(made.reference);
  await page.keyboard.press('o');
  await page.waitForSelector('article .approve');
  await approveByLetters(page, made.reference);
  await page.waitForSelector('.result:focus:has-text("Released to USA")');
});

scenario('an item is sent back with what each portion needs', async ({ page }) => {
  const made = await atDesk(page, 'Sent back by portion');
  await page.keyboard.press('o');
  await page.getByRole('button', { name: 'Comment on PB' }).press('Enter');
  await page.keyboard.type('No place at all, please.');
  // What is written stays, whatever is looked at between.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator(`.line:has-text("${made.reference}")`).press('Enter');
  await page.locator('.decide .back').press('Enter');
  await says(page, 'Sent back');
  const returned = await page.evaluate(async () => (await (await fetch('/api/returned')).json()) as { items: { key: string; comments: unknown; refused: unknown }[] });
  const item = returned.items.find((i) => i.key === made.key);
  const found = JSON.stringify([item?.comments, item?.refused]);
  if (found !== '[[{"tag":"PB","words":"No place at all, please."}],[{"tag":"PB","members":["USA"]}]]') throw new Error(found);
});

scenario('a member is refused for good with a reason, and never without one', async ({ page }) => {
  const made = await atDesk(page, 'Refused for good');
  await page.locator('.decide input[value=USA]').press('Space');
  if (await page.locator('.decide .refuse').isEnabled()) throw new Error('refused without a reason');
  await page.keyboard.press('Shift+W');
  await page.locator('#desk-words').fill('Not theirs to know.');
  await page.locator('.decide .refuse').press('Enter');
  await says(page, 'Refused for USA');
  await page.waitForSelector(`.line:has-text("${made.reference}")`, { state: 'detached' });
});

/** What is left of an item that was decided: words and a way on, and nothing that decides. */
async function decided(page: Page, words: string): Promise<void> {
  await page.waitForSelector(`.became .result:has-text("${words}")`);
  const acts = await page.locator('.pane article, .pane .decide, .pane .approve, .pane .open').count();
  if (acts) throw new Error('what was decided still shows acts');
}

scenario('what was decided shows its result alone, also when it is opened again, and the next item is one key away', async ({ page }) => {
  const next = await atDesk(page, 'Waits next');
  const made = await atDesk(page, 'Decided first');
  await page.locator('.decide input[value=USA]').press('Space');
  await page.locator('#desk-words').fill('Not theirs to know.');
  await page.locator('.decide .refuse').press('Enter');
  await decided(page, 'Refused for USA');
  await page.waitForSelector(`.became h2:has-text("${made.reference}")`);
  await page.waitForSelector('.became .by:has-text("kea, NZL-RELEASE")');
  for (const keys of ['o', 'Shift+A', 'l']) await page.keyboard.press(keys);
  if (await page.locator('[role=dialog], .toast.bad').count()) throw new Error('a key still acts on what was decided');
  await page.reload();
  await decided(page, 'Refused for USA');
  const offered = await page.locator('.became .next .button').textContent();
  await page.keyboard.press('j');
  const heading = await page.locator('.review h2:focus').textContent();
  if (!heading || !offered?.includes(heading)) throw new Error(`j led to ${heading}, and offered was ${offered}`);
  await page.locator(`.line:has-text("${next.reference}")`).press('Enter');
  await page.waitForSelector('article .open');
});

/** Another officer, in a browser of their own, sends it back. */
async function sentBackBy(browser: Browser, officer: string, reference: string): Promise<void> {
  const other = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await atBoard(other, officer, reference);
  await other.locator('#desk-words').fill('Shorter, please.');
  await other.locator('.decide .back').press('Enter');
  await decided(other, 'Sent back');
  await other.context().close();
}

scenario('two officers on one item: the second sees what the first decided, and goes on with what was being written', async ({ page, browser }) => {
  const made = await atDesk(page, 'Decided by another');
  await page.keyboard.press('Shift+W');
  await page.locator('#desk-words').pressSequentially('Say it without the buoy');
  await sentBackBy(browser, 'moa', made.reference);
  await decided(page, 'Sent back');
  await page.waitForSelector('.became .by:has-text("moa")');
  // Nothing that is typed now is a key of the desk.
  await page.waitForSelector('.kept textarea:focus');
  await page.keyboard.type(', joko.');
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  // Filed again, it waits again: what was written stands where it was.
  await file(page, 'Decided by another, shorter', 'report', made.key);
  await page.evaluate(() => (location.hash = '#/inbox'));
  await page.waitForSelector('.views');
  await page.evaluate((place) => (location.hash = place), `#/desk/queue/${made.key}`);
  await page.waitForSelector('article .open');
  if ((await page.locator('#desk-words').inputValue()) !== 'Say it without the buoy, joko.') throw new Error('what was written is lost');
});

scenario('who decides before they have heard of the other decision is told what happened', async ({ page, browser }) => {
  const made = await atDesk(page, 'Decided a moment before');
  await page.locator('#desk-words').fill('Say it without the buoy.');
  // The news of it has not come yet: the item is answered as it was.
  const body = await page.evaluate(async (key) => await (await fetch(`/api/desk/${key}?lang=en`)).text(), made.key);
  await page.route('**/api/desk/*?lang=en', (route) => route.fulfill({ contentType: 'application/json', body }));
  await sentBackBy(browser, 'moa', made.reference);
  await page.waitForTimeout(500);
  await page.unroute('**/api/desk/*?lang=en');
  await page.locator('.decide .back').press('Enter');
  await page.waitForSelector('.toast.bad:has-text("Sent back to be reworded already, by moa")');
  await decided(page, 'Sent back');
  if ((await page.locator('.kept textarea').inputValue()) !== 'Say it without the buoy.') throw new Error('what was written is lost');
});

scenario('a release of the watch is read as it was sent, and reviewed', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  for (const [title, key, words] of [['Confirmed', 'Shift+A', 'Confirmed'], ['Questioned', 'Shift+W', 'Questioned']] as const) {
    await Promise.all([page.waitForResponse('**/api/session/post'), page.getByLabel('Acting for').selectOption('NZL-WATCH')]);
    const made = await file(page, title, 'tearline');
    await Promise.all([page.waitForResponse('**/api/session/post'), page.getByLabel('Acting for').selectOption('NZL-RELEASE')]);
    await page.evaluate(() => (location.hash = '#/desk/reviews'));
    await page.locator(`.line:has-text("${made.reference}")`).press('Enter');
    await page.waitForSelector('article:has-text("USA") .row');
    await page.waitForSelector('.pane :text("Review due")');
    await page.keyboard.press(key);
    // What it came to stands where it was read, with who said so; and again when it is opened by its address.
    await decided(page, words);
    await page.waitForSelector(`.became h2:has-text("${made.reference}")`);
    await page.waitForSelector('.became .by:has-text("kea, NZL-RELEASE")');
    await page.waitForSelector(`.line:has-text("${made.reference}")`, { state: 'detached' });
    await page.reload();
    await decided(page, words);
  }
});

scenario('what another post may decide stands apart, and is one step away', async ({ page }) => {
  await atDesk(page, 'For another post', 'queue', 'report', 'NZL-WATCH');
  await page.waitForSelector('h2:has-text("For another post")');
  await page.keyboard.press('o');
  await page.getByRole('button', { name: 'Act for NZL-RELEASE' }).press('Enter');
  await page.waitForSelector('article .approve');
});

scenario('an officer looks as the member, and sees that text alone', async ({ page }) => {
  await atDesk(page, 'Looked at as USA');
  await page.keyboard.press('l');
  await page.waitForSelector('[role=dialog] .portion:has-text("Seen in the strait")');
  if (await page.locator('[role=dialog] :text("buoy nine")').count()) throw new Error('the original is shown too');
});

scenario('the desk decides in Korean by keyboard', async ({ page }) => {
  const made = await atDesk(page, 'In Korean');
  await setLanguage(page, 'ko');
  await page.waitForSelector('article .open:has-text("문안 열기")');
  await page.keyboard.press('o');
  await page.waitForSelector('.approve:has-text("USA에 공개 승인")');
  await page.keyboard.press('Shift+A');
  await page.locator('[role=dialog] input').fill(made.reference.split(' ').at(-1) ?? '');
  await page.locator('[role=dialog] input').press('Enter');
  await says(page, '공개했습니다');
});

scenario('the desk has no accessibility fault, in either theme', async ({ page }) => {
  await atDesk(page, 'Looked at by axe');
  const faults: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await page.waitForSelector('article .open, article .row');
    await page.keyboard.press('o');
    await page.waitForSelector('article .row');
    for (const fault of await axe(page)) faults.push(`${theme} item ${fault}`);
    await page.goto(`${node('NZL')}/#/desk/reviews`);
    await page.waitForTimeout(300);
    for (const fault of await axe(page)) faults.push(`${theme} reviews ${fault}`);
    await page.goBack();
  }
  if (faults.length) throw new Error(faults.join('\n'));
});

/** At the board, whose delegation asks for two officers. */
async function atBoard(page: Page, officer: string, reference: string): Promise<void> {
  await signIn(page, 'NZL', officer, '#/desk/queue');
  await page.locator(`.line:has-text("${reference}")`).press('Enter');
  await page.waitForSelector('article .open, article .row');
}

async function approveByLetters(page: Page, reference: string): Promise<void> {
  await page.keyboard.press('Shift+A');
  await page.locator('[role=dialog] input').fill(reference.split(' ').at(-1) ?? '');
  await page.locator('[role=dialog] input').press('Enter');
}

scenario('two officers: the first approval is recorded and says so, the second releases, and nobody counts twice', async ({ page, browser }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const made = await file(page, 'For two officers');
  await atBoard(page, 'moa', made.reference);
  await page.keyboard.press('o');
  await page.waitForSelector('article .two:has-text("2 officers have to approve; nobody has yet")');
  await page.locator('article .approve:has-text("first of two")').waitFor();
  await page.keyboard.press('Shift+A');
  await page.waitForSelector('[role=dialog]:has-text("Nothing leaves for USA until another officer")');
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  await page.keyboard.press('Escape');
  await approveByLetters(page, made.reference);
  await page.waitForSelector('.result .recorded:has-text("Recorded for USA")');
  if (await page.locator('.result .released').count()) throw new Error('the first approval is told as a release');
  await page.waitForSelector(`.line:has-text("${made.reference}") .half:has-text("USA")`);
  // The same officer again: the screen says why not, and the node refuses in the reader's own language.
  await page.waitForSelector('article:has-text("You approved this text. Another officer has to as well")');
  if (await page.locator('article .approve').count()) throw new Error('the same officer is offered a second approval');
  const refused = await page.evaluate(async (key) => {
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    const body = JSON.stringify({ members: ['USA'], delegation: 'T3' });
    return (await (await fetch(`/api/desk/${encodeURIComponent(key)}/approve`, { method: 'POST', headers, body })).json()) as { code: string };
  }, made.key);
  if (refused.code !== 'approved-before') throw new Error(`refused with ${refused.code}`);
  const other = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await atBoard(other, 'tui', made.reference);
  await other.keyboard.press('o');
  await other.waitForSelector('article .two:has-text("Approved by moa")');
  await approveByLetters(other, made.reference);
  await other.waitForSelector('.result .released:has-text("Released to USA")');
  await other.waitForSelector(`.line:has-text("${made.reference}")`, { state: 'detached' });
  await other.context().close();
});

scenario('the author is none of the two officers, and is told so in French', async ({ page }) => {
  await signIn(page, 'NZL', 'moa');
  await page.waitForSelector('.views');
  const made = await file(page, 'By one of the board');
  await atBoard(page, 'moa', made.reference);
  await setLanguage(page, 'fr');
  await page.waitForSelector('article .open');
  await page.keyboard.press('o');
  await page.waitForSelector('article .two');
  if (await page.locator('article .approve').count()) throw new Error('an author may approve');
  await page.waitForSelector('article:has-text("cette délégation veut deux officiers")');
});
