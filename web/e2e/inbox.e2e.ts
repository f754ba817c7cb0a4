// SPDX-License-Identifier: Apache-2.0
// What arrives comes in by itself, and what is recalled leaves every open list at once.
import type { Page } from 'playwright-core';
import { scenario, signIn } from './harness.ts';

type Json = Record<string, unknown>;

async function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  const [status, answer] = await page.evaluate(
    async ([m, p, b]) => {
      const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
      const got = await fetch(p as string, { method: m as string, headers, body: b === undefined ? undefined : JSON.stringify(b) });
      return [got.status, await got.json()] as [number, unknown];
    },
    [method, path, body]
  );
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  return answer as T;
}

async function label(page: Page, audience: string[]): Promise<unknown> {
  const { levels } = await call<{ levels: { policy: string; name: string }[] }>(page, 'GET', '/api/labels/choices');
  const level = levels.find((l) => l.policy !== 'PUBLIC');
  const choices = [{ policy: level?.policy, classification: level?.name, audience }];
  const made = await call<{ items: { label: Json }[] }>(page, 'POST', '/api/labels/describe', { choices });
  return made.items[0]?.label;
}

async function draft(page: Page, title: string, audience: string[]): Promise<Json> {
  const named = (await label(page, audience)) as { policy: string };
  const body = { type: 'text', wordings: [{ lang: 'en', text: title }] };
  return { kind: 'report', precedence: 'ROUTINE', policy: named.policy, portions: [{ kind: 'title', tag: 'TT', variants: [{ label: named, body }] }] };
}

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

  await call(page, 'POST', `/api/products/${key}/amendments`, { draft: await draft(page, title, ['NZL']) });
  await reader.waitForSelector(line, { state: 'detached' });
  await reader.waitForSelector('.pane [role=alert]');
  if (((await reader.locator('main').textContent()) ?? '').includes(title)) throw new Error('the text is still shown');
});
