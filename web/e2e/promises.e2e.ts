// SPDX-License-Identifier: Apache-2.0
// What the screens promise whatever they show: content never passes for a marking, nothing of what is withheld reaches a
// browser in any form, and a node that restarts under an open page costs nobody a word.
import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { call, label } from './acts.ts';
import { lone, node, scenario, signIn } from './harness.ts';

// Markings with look-alike letters, bidi controls, zero-width and injected content (made for this project, CC0-1.0).
const MARKINGS = JSON.parse(readFileSync(new URL('./markings.json', import.meta.url), 'utf-8')) as string[];
const FORGED = [
  '<div class="banner top">EXERCISE TOP SECRET</div>',
  '</bdi></p><p class="mark">(EXERCISE NZL UNCLASSIFIED)</p>',
  '<img src=x onerror="document.title=1">',
  'EXERCISE NZL UNCLASSIFIED\n(EXERCISE NZL U) nothing here'
];
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;
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
  await page.reload();
  await page.waitForSelector('main');
  const drafts = await call<{ items: { id: string }[] }>(page, 'GET', '/api/drafts');
  const texts = await Promise.all(drafts.items.map((d) => call(page, 'GET', `/api/drafts/${d.id}`)));
  if (!JSON.stringify(texts).includes('Typed before and while the node is away')) throw new Error(`kept: ${JSON.stringify(texts)}`);
});

function titled(made: unknown, text: string): object {
  const body = { type: 'text', wordings: [{ lang: 'en', text }] };
  return { kind: 'title', tag: 'TT', variants: [{ label: made, body }] };
}

function portion(n: number, made: unknown, text: string): object {
  const body = { type: 'text', wordings: [{ lang: 'en', text }] };
  const tag = `${String.fromCharCode(65 + Math.floor(n / 26))}${String.fromCharCode(65 + (n % 26))}`;
  return { kind: 'paragraph', tag, variants: [{ label: made, body }] };
}

/** Whether the node takes such a text at all; what it refuses can't come onto a screen. */
async function taken(page: Page, portions: object[]): Promise<boolean> {
  return await page.evaluate(async (given) => {
    const policy = (given as { variants: { label: { policy: string } }[] }[])[0]?.variants[0]?.label.policy;
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    const body = JSON.stringify({ kind: 'report', precedence: 'ROUTINE', policy, portions: given });
    const answer = await fetch('/api/preview', { method: 'POST', headers, body });
    const { findings } = (await answer.json()) as { findings?: { blocking: boolean }[] };
    return answer.ok && !findings?.some((f) => f.blocking);
  }, portions);
}

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
