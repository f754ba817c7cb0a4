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
