// SPDX-License-Identifier: Apache-2.0
// What scenarios do at the API, as the person who is signed in on the page.
import type { Page } from 'playwright-core';

export type Json = Record<string, unknown>;

export async function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
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

export async function label(page: Page, audience: string[]): Promise<unknown> {
  const { levels } = await call<{ levels: { policy: string; name: string }[] }>(page, 'GET', '/api/labels/choices');
  const level = levels.find((l) => l.policy !== 'PUBLIC');
  const choices = [{ policy: level?.policy, classification: level?.name, audience }];
  const made = await call<{ items: { label: Json }[] }>(page, 'POST', '/api/labels/describe', { choices });
  return made.items[0]?.label;
}

export async function draft(page: Page, title: string, audience: string[]): Promise<Json> {
  const named = (await label(page, audience)) as { policy: string };
  const body = { type: 'text', wordings: [{ lang: 'en', text: title }] };
  return { kind: 'report', precedence: 'ROUTINE', policy: named.policy, portions: [{ kind: 'title', tag: 'TT', variants: [{ label: named, body }] }] };
}

/** A report of NZL with an exact place for its own nation and a cell for USA, released to it by the person on the page. */
export async function filePlaced(page: Page, title: string): Promise<void> {
  const made = await draft(page, title, ['NZL', 'USA']);
  const [wide, own] = [await label(page, ['NZL', 'USA']), await label(page, ['NZL'])];
  const point = '{"type":"Point","coordinates":[174.81,-41.31]}';
  const cell = '{"type":"Polygon","coordinates":[[[174.5,-41.5],[175,-41.5],[175,-41],[174.5,-41],[174.5,-41.5]]]}';
  const place = (named: unknown, geojson: string, text: string) => ({ label: named, body: { type: 'position', geojson, text } });
  const variants = [place(own, point, 'exact 41.31S 174.81E'), place(wide, cell, 'Cell 41.0–41.5S 174.5–175.0E')];
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const portions = [...(made.portions as Json[]), { kind: 'position', tag: 'PP', variants }];
  const { key } = await call<{ key: string }>(page, 'POST', '/api/products', { draft: { ...made, portions } });
  const item = await call<{ groups: { text: string }[] }>(page, 'GET', `/api/desk/${key}`);
  await call(page, 'POST', `/api/desk/${key}/open`, { text: item.groups[0]?.text });
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });
}
