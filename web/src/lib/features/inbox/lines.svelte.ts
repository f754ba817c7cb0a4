// SPDX-License-Identifier: Apache-2.0
// A long list of which only stretches are here: asked for by place as they come into sight, and asked for anew when
// something changed. A line that is this reader's no more goes with the next answer; without an answer, everything goes.
import type { Schemas } from '$lib/api';

export type Line = Schemas['LineOut'];
export type Stretch = Schemas['LinesOut'];
type Fetch = (start: number, limit: number) => Promise<Stretch>;

export const PAGE = 100;
const KEPT_MAX = 40;

export class Lines {
  /** How many lines there are; -1 until the node has said it. */
  total: number = $state(-1);
  failed: unknown = $state.raw(undefined);
  #pages: Map<number, readonly Line[]> = $state.raw(new Map());
  #asked = new Map<number, Promise<void>>();
  #turn = 0;
  #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  at(index: number): Line | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Where a key stands among the lines that are here; -1 where it is not. */
  find(key: string): number {
    if (key) {
      for (const [page, lines] of this.#pages) {
        const at = lines.findIndex((line) => line.key === key);
        if (at >= 0) return page * PAGE + at;
      }
    }
    return -1;
  }

  /** The lines of a stretch that are here. */
  within(first: number, last: number): Line[] {
    const found: Line[] = [];
    for (let index = first; index < last; index++) {
      const line = this.at(index);
      if (line) found.push(line);
    }
    return found;
  }

  /** See to it that a stretch is here; what was asked for already is waited for, and not asked for again. */
  async need(first: number, last: number): Promise<void> {
    const pages = pagesOf(first, last, this.total).filter((page) => !this.#pages.has(page));
    for (const page of pages) if (!this.#asked.has(page)) this.#asked.set(page, this.#load(page, this.#turn));
    await Promise.all(pages.map((page) => this.#asked.get(page)));
  }

  /** Ask for a stretch anew; what lies elsewhere is forgotten when the answer is here. */
  async refresh(first: number, last: number): Promise<void> {
    const turn = ++this.#turn;
    this.#asked.clear();
    const wanted = pagesOf(first, last, -1);
    const answers = await Promise.all(wanted.map((page) => this.#ask(page, turn)));
    if (turn !== this.#turn) return;
    const found = answers.filter((answer) => answer !== undefined);
    this.#pages = new Map(found.map((answer) => [answer.start / PAGE, answer.items as readonly Line[]]));
    if (found[0]) this.total = found[0].total;
  }

  /** A change of one's own, shown before the node has answered. */
  patch(keys: readonly string[], change: Partial<Line>): void {
    const wanted = new Set(keys);
    const changed = [...this.#pages].map(([page, lines]): [number, readonly Line[]] => [
      page,
      lines.some((line) => wanted.has(line.key)) ? lines.map((line) => (wanted.has(line.key) ? { ...line, ...change } : line)) : lines
    ]);
    this.#pages = new Map(changed);
  }

  async #load(page: number, turn: number): Promise<void> {
    const answer = await this.#ask(page, turn);
    if (turn !== this.#turn) return;
    this.#asked.delete(page);
    if (!answer) return;
    const kept = [...this.#pages].slice(-(KEPT_MAX - 1));
    this.#pages = new Map([...kept, [page, answer.items]]);
    this.total = answer.total;
  }

  async #ask(page: number, turn: number): Promise<Stretch | undefined> {
    try {
      const answer = await this.#fetch(page * PAGE, PAGE);
      if (turn === this.#turn) this.failed = undefined;
      return answer;
    } catch (error) {
      if (turn === this.#turn) this.failed = error;
      return undefined;
    }
  }
}

/** The pages that hold a stretch; the first one where nothing is known yet. */
export function pagesOf(first: number, last: number, total: number): number[] {
  const end = total < 0 ? Math.max(last, first + 1) : Math.min(last, total);
  const pages: number[] = [];
  for (let page = Math.floor(first / PAGE); page * PAGE < end; page++) pages.push(page);
  return pages;
}
