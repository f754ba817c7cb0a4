// SPDX-License-Identifier: Apache-2.0
// Everything with a position that this reader sees, page by page, and kept in step as it changes.
import { api, ask, events, type ApiError, type Schemas } from '$lib/api';

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

export class Features {
  items: Placed[] = $state.raw([]);
  loading = $state(true);
  error: ApiError | undefined = $state.raw();
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
        stops.forEach((stop) => stop());
      };
    });
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const found: Placed[] = [];
      let after: string | null = '';
      for (let page = 0; after !== null && page < PAGES_MAX; page++) {
        const answer = (await ask(api.GET('/api/features', { params: { query: { limit: PAGE, after } } }))) as Schemas['FeaturesOut'];
        if (turn !== this.#turn) return;
        found.push(...this.#read(answer));
        after = answer.next ?? null;
        // The newest are shown while the rest comes.
        if (page === 0) this.items = found.slice();
      }
      this.items = found;
      this.error = undefined;
    } catch (error) {
      if (turn === this.#turn) this.error = error as ApiError;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
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
      const query = { key: keys.join(','), limit: KEYS_MAX };
      const now = this.#read((await ask(api.GET('/api/features', { params: { query } }))) as Schemas['FeaturesOut']);
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
