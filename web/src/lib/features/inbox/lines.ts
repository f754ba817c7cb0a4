// SPDX-License-Identifier: Apache-2.0
// The list of everything, kept as the node has it now: a line that is this reader's no more goes at once.
import type { Schemas } from '$lib/api';

export type Line = Schemas['SummaryOut'];

export interface Page {
  items: Line[];
  next: string | null;
}

/** Further lines after those that are there; a line that moved in between stands once. */
export function append(lines: readonly Line[], page: Page): Line[] {
  const known = new Set(lines.map((line) => line.key));
  return [...lines, ...page.items.filter((line) => !known.has(line.key))];
}

/** The newest page over what was there: its lines on top, the others below. */
export function refresh(lines: readonly Line[], page: Page): Line[] {
  const fresh = new Set(page.items.map((line) => line.key));
  return [...page.items, ...lines.filter((line) => !fresh.has(line.key))];
}

/** One line anew, in its place; without it, it is gone. */
export function replace(lines: readonly Line[], key: string, now: Line | undefined): Line[] {
  return lines.flatMap((line) => (line.key !== key ? [line] : now ? [now] : []));
}

/** The second in which a line was filed: what to ask for to have it anew. */
export function secondOf(line: Line): { since: string; until: string } {
  const from = Math.floor(Date.parse(line.filed) / 1000) * 1000;
  const print = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
  return { since: print(from), until: print(from + 1000) };
}
