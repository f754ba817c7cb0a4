// SPDX-License-Identifier: Apache-2.0
// One search: what is asked, and the pages of what is found. Nothing of it outlives the page it stands on.
import { api, ApiError, ask, type Schemas } from '$lib/api';
import { printArea, type Corners } from '$lib/features/map/sketch.svelte.ts';
import { understand } from './understand.ts';

export type Hit = Schemas['HitOut'];
export type Asked = Schemas['Asked'];
export const FACETS = ['kind', 'originator', 'precedence', 'grading', 'month', 'topic', 'language'] as const;
export type Facet = (typeof FACETS)[number];
type Chosen = Partial<Record<Facet, string[]>>;

const PAGE = 50;
/** A longer list is not read: and the banner is of everything that stands in it. */
const SHOWN_MAX = 700;
const RECENT_MAX = 8;

/** What was searched since this page was loaded; signing out loads another. */
export const recent: { list: string[] } = $state({ list: [] });

export function remember(text: string): void {
  const words = text.trim();
  if (words) recent.list = [words, ...recent.list.filter((r) => r !== words)].slice(0, RECENT_MAX);
}

export class Search {
  typed = $state('');
  /** Places and times in the text are words, too. */
  literal = $state(false);
  area: Corners = $state.raw([]);
  since = $state('');
  until = $state('');
  chosen: Chosen = $state.raw({});
  items: Hit[] = $state.raw([]);
  total = $state(0);
  next: string | null = $state(null);
  facets: Partial<Record<Facet, { value: string; count: number }[]>> = $state.raw({});
  loading = $state(false);
  error: ApiError | undefined = $state.raw();
  answered = $state(false);
  #abort: AbortController | undefined;

  readonly full = $derived(this.next !== null && this.items.length >= SHOWN_MAX);
  readonly understood = $derived(this.literal ? { words: this.typed.trim() } : understand(this.typed));
  readonly asked: Asked = $derived(this.#say());
  readonly anything = $derived(Object.values(this.asked).some(Boolean));

  #say(): Asked {
    const { words, area, time, originator } = this.understood;
    const corners = area?.corners ?? this.area;
    const chosen = Object.fromEntries(Object.entries(this.chosen).map(([name, values]) => [name, values.join(',')]));
    return {
      q: words, ...chosen, originator: chosen.originator || originator || '', area: corners.length ? printArea(corners) : '',
      since: time?.since ?? this.since, until: time?.until ?? this.until
    };
  }

  toggle(facet: Facet, value: string): void {
    const values = this.chosen[facet] ?? [];
    this.chosen = { ...this.chosen, [facet]: values.includes(value) ? values.filter((v) => v !== value) : [...values, value] };
  }

  /** Take over what was saved. */
  take(asked: Asked): void {
    this.typed = asked.q ?? '';
    this.literal = false;
    this.area = (asked.area ?? '').split(';').map((c) => c.split(',').map(Number) as [number, number]).filter((c) => c.length === 2);
    [this.since, this.until] = [asked.since ?? '', asked.until ?? ''];
    this.chosen = Object.fromEntries(FACETS.map((f) => [f, (asked[f] ?? '').split(',').filter(Boolean)]));
  }

  clear(): void {
    this.take({});
  }

  /** Ask; `typing`: the last word may go on. What was found before stays until the answer comes. */
  async load(asked: Asked, typing = true): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    await this.#ask({ ...asked, typing, facets: true, limit: PAGE }, abort, (page) => {
      this.items = page.items as Hit[];
      this.facets = (page.facets ?? {}) as typeof this.facets;
      this.answered = true;
    });
  }

  async more(): Promise<void> {
    if (this.loading || !this.next || this.full) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    await this.#ask({ ...this.asked, typing: true, limit: PAGE, after: this.next }, abort, (page) => {
      this.items = [...this.items, ...(page.items as Hit[])];
    });
  }

  async #ask(query: Asked & Record<string, unknown>, abort: AbortController, take: (page: Schemas['FoundOut']) => void): Promise<void> {
    try {
      const page = (await ask(api.GET('/api/search', { params: { query }, signal: abort.signal }))) as Schemas['FoundOut'];
      if (abort.signal.aborted) return;
      take(page);
      this.total = page.total;
      this.next = page.next ?? null;
      this.error = undefined;
    } catch (error) {
      if (abort.signal.aborted) return;
      // What can't be asked again is not shown on.
      [this.items, this.total, this.next, this.facets] = [[], 0, null, {}];
      if (error instanceof ApiError) this.error = error;
      else throw error;
    } finally {
      if (this.#abort === abort) this.loading = false;
    }
  }

  stop(): void {
    this.#abort?.abort();
    [this.items, this.total, this.next, this.facets, this.answered, this.loading] = [[], 0, null, {}, false, false];
  }
}
