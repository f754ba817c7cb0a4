// SPDX-License-Identifier: Apache-2.0
// What is on the screen now. The node rolls it up and says what the banner is; the browser never does.
import { api, ask, events, type Schemas } from '$lib/api';

export interface Shown {
  /** Keys of renditions shown whole. */
  renditions?: readonly string[];
  /** Keys of products whose title is shown. */
  titles?: readonly string[];
  /** Keys of own products shown whole: all variants, as the desk and the author see them. */
  whole?: readonly string[];
  /** Labels of text being written, as the node gave them. */
  labels?: readonly Schemas['Label'][];
  /** Keys of products of which former texts are shown. */
  histories?: readonly string[];
}

export type Banner = Schemas['BannerOut'];
const WAIT_MS = 60;
const AGAIN_MS = 2000;

class ShownState {
  /** Undefined: nothing marked is shown. */
  banner: Banner | undefined = $state.raw(undefined);
  /** `waiting`: what is shown changed, and the node has not said its marking yet; `failed`: it did not say one. */
  state: 'known' | 'waiting' | 'failed' = $state('known');
  #parts = new Map<string, Shown>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = '';
  #turn = 0;

  /** A view says what it shows. The same `id` replaces what it said before. */
  set(id: string, shown: Shown): void {
    this.#parts.set(id, shown);
    this.#soon();
  }

  clear(id: string): void {
    if (this.#parts.delete(id)) this.#soon();
  }

  /** At sign-out: nothing is shown any more. */
  reset(): void {
    this.#parts.clear();
    this.#asked = '';
    this.#turn++;
    clearTimeout(this.#timer);
    this.banner = undefined;
    this.state = 'known';
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), WAIT_MS);
  }

  async #ask(): Promise<void> {
    const parts = [...this.#parts.values()];
    const body = {
      renditions: unique(parts.flatMap((p) => p.renditions ?? [])),
      titles: unique(parts.flatMap((p) => p.titles ?? [])),
      whole: unique(parts.flatMap((p) => p.whole ?? [])),
      labels: parts.flatMap((p) => p.labels ?? []),
      histories: unique(parts.flatMap((p) => p.histories ?? []))
    };
    const asked = JSON.stringify(body);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.state = 'waiting';
    const turn = ++this.#turn;
    try {
      const banner = await ask(api.POST('/api/banner', { body }));
      if (turn !== this.#turn) return;
      this.banner = banner.complete ? banner : undefined;
      this.state = banner.complete ? 'known' : 'failed';
      // Something shown is gone: every view asks anew, and then says what it shows.
      if (!banner.complete) this.#doubt();
    } catch {
      if (turn !== this.#turn) return;
      // No marking is better than the one of something else.
      this.#asked = '';
      this.banner = undefined;
      this.state = 'failed';
      this.#timer = setTimeout(() => void this.#ask(), AGAIN_MS);
    }
  }

  #doubt(): void {
    this.#asked = '';
    events.renew();
    this.#timer = setTimeout(() => void this.#ask(), AGAIN_MS);
  }
}

function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort();
}

export const shown = new ShownState();
