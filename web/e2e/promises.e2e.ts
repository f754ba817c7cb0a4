// SPDX-License-Identifier: Apache-2.0
// What the screens promise whatever they show: content never passes for a marking, nothing of what is withheld reaches a
// browser in any form, and a node that restarts under an open page costs nobody a word.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { call, label } from './acts.ts';
import { FORGED, MARKINGS, portion, taken, titled, UNSEEN } from './forgeries.ts';
import { BROWSER, lone, node, scenario, signIn } from './harness.ts';
import { labelled, SAID } from './writes.ts';

// The small exercise: only NZL holds this (tests/demo/small.py).
const CANARY = 'crew of eleven';

scenario('content cannot pass for a marking, on the page or in a list', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const made = (await label(page, ['NZL', 'USA'])) as { policy: string };
  const tried = [...MARKINGS, ...FORGED];
  const portions = tried.map((text, n) => portion(n, made, text));
  const accepted: typeof portions = [];
  for (const one of portions) if (await taken(page, [titled(made, 'Forgeries'), one])) accepted.push(one);
  if (accepted.length < tried.length / 2) throw new Error(`only ${accepted.length} of ${tried.length} texts can be tried`);
  const titles = ['Forgeries', ...FORGED.filter((t) => !t.includes('\n'))];
  const keys: string[] = [];
  for (const title of titles) {
    const all = [titled(made, title), ...(title === 'Forgeries' ? accepted : [])];
    const draft = { kind: 'report', precedence: 'ROUTINE', policy: made.policy, portions: all };
    keys.push((await call<{ key: string }>(page, 'POST', '/api/products', { draft })).key);
  }
  const key = keys[0] ?? '';
  const held = await call<{ portions: { mark: string }[] }>(page, 'GET', `/api/products/${key}`);
  await page.goto(`${node('NZL')}/#/product/${key}`);
  await page.waitForSelector('.portion .mark');
  await page.waitForFunction((n) => document.querySelectorAll('.portion .mark').length === n, held.portions.length);
  const marks = await page.locator('.portion .mark').allTextContents();
  const wrong = marks.map((m) => m.trim()).filter((m, n) => m !== held.portions[n]?.mark);
  if (wrong.length) throw new Error(`marks that the node did not make: ${wrong.join(' | ')}`);
  await unforged(page, [key]);
  await page.goto(`${node('NZL')}/#/inbox`);
  await page.waitForSelector('.views');
  await page.keyboard.press('4');
  await page.waitForSelector('[role=option]');
  await unforged(page, undefined);
});

scenario('nothing of what is withheld is in the document, the storage, the caches, or on the wire', async ({ browser, page }) => {
  const found: string[] = [];
  await signIn(page, 'NZL', 'kea');
  await visit(page, 'NZL', found);
  if (!found.length) throw new Error('the canary is not even where it belongs');
  const other = await browser.newContext({ serviceWorkers: 'block' });
  const leaks: string[] = [];
  watch(other, leaks);
  const reader = await other.newPage();
  await signIn(reader, 'USA', 'hawk');
  await visit(reader, 'USA', leaks);
  await other.close();
  if (leaks.length) throw new Error(`withheld, and found in ${leaks.join(', ')}`);
});

scenario('while both look, each hears of their own: nothing withheld comes over a stream, into a file, or onto the disk', async () => {
  const folders = await Promise.all(['kea', 'hawk'].map((name) => mkdtemp(join(tmpdir(), `tearline-${name}-`))));
  const secret = 'Nineteen lanterns';
  const heard: string[] = [];
  try {
    const [writer, reader] = (await Promise.all(folders.map((folder) => chromium.launchPersistentContext(folder, BROWSER)))) as [BrowserContext, BrowserContext];
    const [own, other] = [await writer.newPage(), await reader.newPage()];
    await signIn(own, 'NZL', 'kea');
    await signIn(other, 'USA', 'hawk', '#/inbox?view=all');
    await other.waitForSelector('[role=option]');
    const cdp = await reader.newCDPSession(other);
    await cdp.send('Network.enable');
    cdp.on('Network.eventSourceMessageReceived', (event) => heard.push(event.data));
    await other.reload();
    await other.waitForSelector('.link[data-state=live]');
    const { key } = await fileForUsa(own, 'Seen from the cliff', secret);
    await other.waitForSelector('[role=option]:has-text("Seen from the cliff")');
    await other.locator('[role=option]:has-text("Seen from the cliff")').click();
    await other.waitForSelector('.pane .portion');
    if (!heard.length) throw new Error('the stream was not listened to');
    await own.evaluate((k) => (location.hash = `#/product/${k}`), key);
    await own.waitForSelector(`.whole .portion:has-text("${secret}")`);
    await own.getByRole('button', { name: 'Sign out' }).click();
    await own.waitForSelector('form.sign-in');
    await other.keyboard.press('Enter');
    await other.waitForSelector('.whole .portion');
    await other.keyboard.press('s');
    await other.locator('[role=dialog] input[value=html]').check();
    const [file] = await Promise.all([other.waitForEvent('download'), other.locator('[role=dialog] .button.main').press('Enter')]);
    if ((await readFile(await file.path(), 'utf-8')).includes(secret)) throw new Error('it is in the saved copy');
    if (heard.join().includes(secret)) throw new Error('it came over the stream');
    if ((await other.content()).includes(secret)) throw new Error('it is in the page');
    await Promise.all([writer.close(), reader.close()]);
    for (const folder of folders) {
      const found = await holding(folder, secret);
      if (found.length) throw new Error(`on the disk: ${found.join(', ')}`);
    }
    if (!(await holding(folders[0] ?? '', 'nzl.localhost')).length) throw new Error('the look at the disk finds nothing at all');
  } finally {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
});

scenario('by keys alone a text is written for two nations, filed, opened at the desk, and released', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const keys = async (...pressed: string[]) => { for (const key of pressed) await page.keyboard.press(key); };
  await keys('c');
  await page.waitForSelector('.document:focus');
  await page.keyboard.type('By keys alone');
  await keys('Alt+2', 'Enter');
  await page.keyboard.type('A ship without lights passed the heads.');
  await keys('Alt+2');
  await labelled(page, 1);
  await keys('Control+a', 'Alt+l');
  await page.waitForSelector('[role=dialog] :focus');
  for (let n = 0; n < 4 && !(await page.locator('[placeholder^="Type a nation"]:focus').count()); n++) await keys('Tab');
  await page.keyboard.type('usa');
  await keys('Enter');
  await page.waitForSelector('[role=dialog] .chip:has-text("USA")');
  await keys('Escape');
  for (const n of [0, 1]) await labelled(page, n, 'USA');
  await page.waitForSelector('.end .button.main:enabled');
  await keys('Control+Enter');
  await page.waitForSelector(`${SAID}:focus`);
  await keys('Enter');
  await page.waitForSelector('.done:focus');
  const reference = (await page.locator('.done h2 .mono').textContent()) ?? '';
  await keys('Control+k');
  await page.waitForSelector('[role=dialog] input:focus');
  await page.keyboard.type('NZL-RELEASE');
  await keys('Enter');
  await page.waitForSelector('nav a[href="#/desk"]');
  await page.waitForFunction(() => document.querySelector<HTMLSelectElement>('header.top label:nth-of-type(2) select')?.value === 'NZL-RELEASE');
  await keys('g', 'r');
  await page.waitForSelector(`.line:has-text("${reference}")`);
  for (let n = 0; n < 40 && !(await page.locator(`.line[aria-current=true]:has-text("${reference}")`).count()); n++) {
    await keys('j');
    await page.waitForTimeout(50);
  }
  await page.waitForSelector('article .open');
  await keys('o');
  await page.waitForSelector('article .row');
  await keys('Shift+A');
  await page.waitForSelector('[role=dialog] input:focus');
  await page.keyboard.type(reference.split(' ').at(-1) ?? '');
  await keys('Enter');
  await page.waitForSelector('.result .released:has-text("USA")');
});

scenario('a machine whose clock is hours or a day off reads, hears and stays signed in by the node’s time', async ({ browser }) => {
  for (const off_h of [5, -26]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.install({ time: new Date(Date.now() + off_h * 3_600_000) });
    await signIn(page, 'USA', 'hawk', '#/inbox?view=all');
    await page.waitForSelector('.link[data-state=live]');
    await page.waitForSelector('.drift');
    const clock = (await page.locator('.clock').textContent()) ?? '';
    if (!/0\d{5}Z MAY 31/.test(clock)) throw new Error(`${off_h} h off, the clock says ${clock}`);
    const writer = await (await browser.newContext()).newPage();
    await signIn(writer, 'NZL', 'kea');
    const title = `Heard by a clock ${off_h} h off`;
    await fileForUsa(writer, title, 'At home alone.');
    await page.waitForSelector(`[role=option]:has-text("${title}"):has-text("MAY 31")`);
    await page.locator(`[role=option]:has-text("${title}")`).click();
    await page.waitForSelector(`.pane .portion:has-text("${title}")`);
    await page.clock.fastForward(20 * 60_000);
    await page.waitForTimeout(1500);
    if (await page.locator('form.unlock, form.sign-in').count()) throw new Error('the session ended by the machine’s clock');
    await page.waitForSelector('.link[data-state=live]');
    await Promise.all([context.close(), writer.context().close()]);
  }
});

scenario('a node that restarts under an open page is found again, and nothing typed is lost', async ({ page }) => {
  const { url, person, password, restart } = lone();
  await page.goto(`${url}/`);
  await page.fill('input[name=person]', person);
  await page.fill('input[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a');
  await page.evaluate(() => (location.hash = '#/write'));
  const field = page.locator('main textarea, main [contenteditable=true]').first();
  await field.waitFor();
  await field.click();
  await page.keyboard.type('Typed before ');
  await restart();
  await page.keyboard.type('and while the node is away');
  await page.waitForSelector('text=/Saved [0-9:]+Z/', { timeout: 60_000 });
  await page.waitForSelector('.link[data-state=live]');
  await page.locator('.reach [role=alert]').waitFor({ state: 'detached' });
  await page.reload();
  await page.waitForSelector('main');
  const drafts = await call<{ items: { id: string }[] }>(page, 'GET', '/api/drafts');
  const texts = await Promise.all(drafts.items.map((d) => call(page, 'GET', `/api/drafts/${d.id}`)));
  if (!JSON.stringify(texts).includes('Typed before and while the node is away')) throw new Error(`kept: ${JSON.stringify(texts)}`);
});

/** Two banners that say what the node says; nothing that looks like one; no text that could move or hide words. */
async function unforged(page: Page, renditions: string[] | undefined): Promise<void> {
  await page.waitForFunction(() => /EXERCISE/.test(document.querySelector('.banner')?.textContent ?? ''));
  const banners = (await page.locator('.banner').allTextContents()).map((b) => b.trim());
  if (banners.length !== 2 || banners[0] !== banners[1]) throw new Error(`banners: ${banners.join(' | ')}`);
  if (renditions) {
    const { text } = await call<{ text: string }>(page, 'POST', '/api/banner', { renditions });
    if (banners[0] !== text) throw new Error(`the banner says ${banners[0]}, the node ${text}`);
  }
  const shown = await page.evaluate(() => document.querySelector('main')?.textContent ?? '');
  const unseen = UNSEEN.exec(shown);
  if (unseen) throw new Error(`U+${unseen[0].codePointAt(0)?.toString(16)} stands raw in the page`);
  if (await page.locator('main img[onerror], main script').count()) throw new Error('markup of a text became markup of the page');
  if ((await page.title()) === '1') throw new Error('a text was run');
}

scenario('a list that is read while the node restarts is there again by itself, and goes on', async ({ page }) => {
  const { url, person, password, restart } = lone();
  await page.goto(`${url}/`);
  await page.fill('input[name=person]', person);
  await page.fill('input[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a');
  const made = (await label(page, ['KOR'])) as { policy: string };
  await call(page, 'POST', '/api/products', { draft: { kind: 'report', precedence: 'ROUTINE', policy: made.policy, portions: [titled(made, 'Before the restart')] } });
  await page.evaluate(() => (location.hash = '#/inbox?view=all'));
  await page.locator('[role=option]:has-text("Before the restart")').click();
  await page.waitForSelector('.pane .portion:has-text("Before the restart")');
  await restart();
  await page.waitForSelector('.link[data-state=away]');
  await page.waitForSelector('.link[data-state=live]', { timeout: 60_000 });
  await page.waitForSelector('.pane .portion:has-text("Before the restart")');
  await call(page, 'POST', '/api/products', { draft: { kind: 'report', precedence: 'ROUTINE', policy: made.policy, portions: [titled(made, 'After the restart')] } });
  await page.waitForSelector('[role=option]:has-text("After the restart")');
});

/** A report for USA, with a second portion for NZL alone; released by whoever is on the page. */
async function fileForUsa(page: Page, title: string, kept: string): Promise<{ key: string }> {
  await page.waitForSelector('nav a');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const [wide, own] = [(await label(page, ['NZL', 'USA'])) as { policy: string }, await label(page, ['NZL'])];
  const draft = { kind: 'report', precedence: 'ROUTINE', policy: wide.policy, portions: [titled(wide, title), portion(1, own, kept)] };
  const { key } = await call<{ key: string }>(page, 'POST', '/api/products', { draft });
  const item = await call<{ groups: { text: string }[] }>(page, 'GET', `/api/desk/${key}`);
  await call(page, 'POST', `/api/desk/${key}/open`, { text: item.groups[0]?.text });
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });
  return { key };
}

/** Files of a folder that hold these words, as they are or as a browser keeps wide letters. */
async function holding(folder: string, words: string): Promise<string[]> {
  const wanted = [Buffer.from(words, 'utf-8'), Buffer.from(words, 'utf-16le')];
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    if (wanted.some((one) => bytes.includes(one))) found.push(entry.name);
  }
  return found;
}

/** Every screen that this person is offered, with what each of them holds looked through. */
async function visit(page: Page, member: string, found: string[]): Promise<void> {
  await page.waitForSelector('nav a');
  const places = await page.locator('nav a').evaluateAll((links) => links.map((l) => l.getAttribute('href') ?? ''));
  const listed = await call<{ items: { key: string }[] }>(page, 'GET', '/api/products?limit=100');
  for (const place of [...places, ...listed.items.map((line) => `#/product/${line.key}`)]) {
    await page.goto(`${node(member)}/${place}`);
    await page.waitForSelector('main');
    await page.waitForTimeout(250);
    if ((await page.content()).includes(CANARY)) found.push(`the document at ${place}`);
  }
  const kept = await page.evaluate(async () => {
    const stores = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    const databases = (await indexedDB.databases()).map((d) => d.name ?? '');
    const cached = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((r) => r.url)));
    return { stores, databases, cached };
  });
  if (kept.stores.join().includes(CANARY)) found.push('the storage');
  if (kept.databases.length || kept.cached.length) found.push(`a database or cache of its own: ${JSON.stringify(kept)}`);
}

/** Everything that comes over the wire, as it is read by the browser. */
function watch(context: BrowserContext, leaks: string[]): void {
  context.on('response', (response) => {
    void response.text().then(
      (body) => {
        if (body.includes(CANARY)) leaks.push(`the answer to ${new URL(response.url()).pathname}`);
      },
      () => undefined // a redirect, or a stream that stays open, has no body to read
    );
  });
}
