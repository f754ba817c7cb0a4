// SPDX-License-Identifier: Apache-2.0
// Texts that would pass for markings, products made of them, and a look for any that does on the screen.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

// Markings with look-alike letters, bidi controls, zero-width and injected content (made for this project, CC0-1.0).
export const MARKINGS = JSON.parse(readFileSync(new URL('./markings.json', import.meta.url), 'utf-8')) as string[];
export const FORGED = [
  '<div class="banner top">EXERCISE TOP SECRET</div>',
  '</bdi></p><p class="mark">(EXERCISE NZL UNCLASSIFIED)</p>',
  '<img src=x onerror="document.title=1">',
  'EXERCISE NZL UNCLASSIFIED\n(EXERCISE NZL U) nothing here'
];
export const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

export function titled(made: unknown, text: string): object {
  const body = { type: 'text', wordings: [{ lang: 'en', text }] };
  return { kind: 'title', tag: 'TT', variants: [{ label: made, body }] };
}

export function portion(n: number, made: unknown, text: string): object {
  const body = { type: 'text', wordings: [{ lang: 'en', text }] };
  return { kind: 'paragraph', tag: tagOf(n), variants: [{ label: made, body }] };
}

export function tagOf(n: number): string {
  return `${String.fromCharCode(65 + Math.floor(n / 26))}${String.fromCharCode(65 + (n % 26))}`;
}

/** Whether the node takes such a text at all; what it refuses can't come onto a screen. */
export async function taken(page: Page, portions: object[]): Promise<boolean> {
  return await page.evaluate(async (given) => {
    const policy = (given as { variants: { label: { policy: string } }[] }[])[0]?.variants[0]?.label.policy;
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    const body = JSON.stringify({ kind: 'report', precedence: 'ROUTINE', policy, portions: given });
    const answer = await fetch('/api/preview', { method: 'POST', headers, body });
    const { findings } = (await answer.json()) as { findings?: { blocking: boolean }[] };
    return answer.ok && !findings?.some((f) => f.blocking);
  }, portions);
}

/** Every marking that the node sends to this page, by the names that markings have in its answers. */
export function listen(page: Page): Set<string> {
  const made = new Set<string>();
  const walk = (value: unknown, name: string, names: RegExp): void => {
    if (typeof value === 'string' && names.test(name) && value) made.add(value);
    else if (value && typeof value === 'object') for (const [key, inner] of Object.entries(value)) walk(inner, Array.isArray(value) ? name : key, names);
  };
  const namesAt = (path: string): RegExp =>
    path === '/api/banner' ? /mark|banner|^text$/ : path === '/api/door' ? /mark|banner|^notice$/ : path.endsWith('/why') ? /mark|banner|^(origin|own)$/ : /mark|banner/;
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (!response.headers()['content-type']?.includes('json')) return;
    void response.json().then((value: unknown) => walk(value, '', namesAt(path)), () => undefined);
  });
  return made;
}

/** What stands in the letters or at the place of a marking and was not made by the node; text that could move or hide words. */
export async function posing(page: Page, made: ReadonlySet<string>, where: string): Promise<void> {
  let found = await look(page, made);
  // The page may show an answer before it was read here.
  for (let n = 0; n < 12 && found.length; n++) {
    await page.waitForTimeout(250);
    found = await look(page, made);
  }
  if (found.length) throw new Error(`${where}: ${[...new Set(found)].join(' | ')}`);
}

async function look(page: Page, made: ReadonlySet<string>): Promise<string[]> {
  return await page.evaluate(([known, unseen]) => {
    const longest = [...known].sort((one, other) => other.length - one.length);
    const words = /EXERCISE|S.?E.?C.?R.?E.?T|UNCLASS|NOFORN|TERCES|REL TO|[秘밀비]/iu;
    const told: string[] = [];
    for (const element of document.querySelectorAll('.mark, .banner, .own-banner, .mono, .chip, .strip, .room')) {
      if (element.closest('header.top')) continue; // the node's own clock and names
      let rest = element.textContent ?? '';
      for (const one of longest) rest = rest.replaceAll(one, '');
      if (words.test(rest)) told.push(`${element.className}: ${rest.trim().slice(0, 80)}`);
    }
    const hidden = new RegExp(unseen, 'u').exec(document.querySelector('main')?.textContent ?? '');
    if (hidden) told.push(`U+${hidden[0].codePointAt(0)?.toString(16)} stands raw`);
    if (document.querySelector('main img[onerror], main script')) told.push('markup of a text became markup of the page');
    if (document.title === '1') told.push('a text was run');
    return told;
  }, [[...made], UNSEEN.source] as const);
}
