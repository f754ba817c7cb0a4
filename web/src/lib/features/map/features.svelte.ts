// SPDX-License-Identifier: Apache-2.0
// What this reader sees that has a position, kept in step as it changes: all of it where it is a page, else what is in view.
import { api, ask, events, type ApiError, type Schemas } from '$lib/api';
import { covers, printView, widen, type Frame } from './geometry.ts';

export type Label = Schemas['Label'];
type FeatureOut = Schemas['FeatureOut'];

/** A product's line with its positions, and the labels of all that is shown of it. */
export interface Placed extends FeatureOut {
  labels: Label[];
}

const PAGE = 1000;
const PAGES_MAX = 50;
/** A flood of changes is one question: so many keys at once, or everything anew. */
const KEYS_MAX = 30;
const WAIT_MS = 200;
/** A view is asked for once the map has come to rest. */
const REST_MS = 250;

export class Features {
  items: Placed[] = $state.raw([]);
  loading = $state(true);
  error: ApiError | undefined = $state.raw();
  /** Whether everything is held here; else what is in view, and a margin. */
  whole = $state(true);
  #view: Frame | undefined;
  #held: Frame | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #labels = new Map<string, Label>();
  #turn = 0;
  #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Call it while a component is set up. */
  follow(): void {
    $effect(() => {
      void this.load();
      const stops = [events.on('product', (data) => this.#change(String(data.key))), events.on('again', () => void this.load())];
      return () => {
        this.#turn++;
        clearTimeout(this.#timer);
        clearTimeout(this.#resting);
        stops.forEach((stop) => stop());
      };
    });
  }

  /** The map shows this now. */
  look(view: Frame): void {
    this.#view = view;
    if (!this.whole) this.#rest();
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      if (this.whole) await this.#loadNewest(turn);
      else await this.#loadView(turn);
      if (turn === this.#turn) this.error = undefined;
    } catch (error) {
      if (turn === this.#turn) this.error = error as ApiError;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** One page: everything, or enough for the map to find where most of it lies. */
  async #loadNewest(turn: number): Promise<void> {
    const answer = await this.#ask({ limit: PAGE });
    if (turn !== this.#turn) return;
    this.whole = !answer.next;
    this.items = this.#read(answer);
    if (!this.whole) this.#rest();
  }

  async #loadView(turn: number): Promise<void> {
    const held = widen(this.#view ?? [-180, -90, 180, 90]);
    const found: Placed[] = [];
    let after: string | null = '';
    for (let page = 0; after !== null && page < PAGES_MAX; page++) {
      const answer: Schemas['FeaturesOut'] = await this.#ask({ limit: PAGE, view: printView(held), after });
      if (turn !== this.#turn) return;
      found.push(...this.#read(answer));
      after = answer.next ?? null;
    }
    this.#held = held;
    this.items = found;
  }

  async #ask(query: { limit: number; view?: string; after?: string; key?: string }): Promise<Schemas['FeaturesOut']> {
    return (await ask(api.GET('/api/features', { params: { query } }))) as Schemas['FeaturesOut'];
  }

  #rest(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      if (!this.#held || !this.#view || !covers(this.#held, this.#view)) void this.load();
    }, REST_MS);
  }

  #change(key: string): void {
    this.#changed.add(key);
    this.#timer ??= setTimeout(() => {
      const keys = [...this.#changed];
      this.#changed.clear();
      this.#timer = undefined;
      void (keys.length > KEYS_MAX ? this.load() : this.#renew(keys));
    }, WAIT_MS);
  }

  async #renew(keys: string[]): Promise<void> {
    const others = () => this.items.filter((item) => !keys.includes(item.key));
    try {
      const view = !this.whole && this.#held ? { view: printView(this.#held) } : {};
      const now = this.#read(await this.#ask({ key: keys.join(','), limit: KEYS_MAX, ...view }));
      if (now.length || others().length !== this.items.length) this.items = [...now, ...others()].sort((x, y) => y.filed.localeCompare(x.filed));
    } catch {
      // Without an answer it is not shown on: it may be nobody's to see any more.
      this.items = others();
    }
  }

  #read(answer: Schemas['FeaturesOut']): Placed[] {
    const labels = answer.labels.map((label) => this.#keep(label));
    return answer.items.map((item) => {
      const numbers = [item.title_label, ...item.positions.map((p) => p.label)].filter((n): n is number => typeof n === 'number');
      return { ...item, labels: numbers.map((n) => labels[n]).filter((l): l is Label => l !== undefined) };
    });
  }

  /** One object for one label, so that a view's are counted by a set. */
  #keep(label: Label): Label {
    const name = JSON.stringify(label);
    const known = this.#labels.get(name) ?? label;
    this.#labels.set(name, known);
    return known;
  }
}
