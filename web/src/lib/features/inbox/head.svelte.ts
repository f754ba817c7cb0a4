// SPDX-License-Identifier: Apache-2.0
// What waits for the post, for every screen: warnings to acknowledge, how much stands in each view, withdrawals, alarms.
import { api, ApiError, ask, events, type Schemas } from '$lib/api';

const SOON_MS = 200;

class Head {
  data: Schemas['InboxOut'] | undefined = $state.raw(undefined);
  error: ApiError | undefined = $state.raw(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  /** Ask at once, and whenever something changed; returns how to stop. */
  follow(): () => void {
    void this.load();
    const offs = ['product', 'post', 'again'].map((type) => events.on(type, () => this.soon()));
    return () => {
      offs.forEach((off) => off());
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#turn++;
      this.data = undefined;
    };
  }

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, SOON_MS);
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const data = await ask(api.GET('/api/inbox'));
      if (turn === this.#turn) [this.data, this.error] = [data as Schemas['InboxOut'], undefined];
    } catch (error) {
      if (turn !== this.#turn) return;
      if (!(error instanceof ApiError)) throw error;
      // What may be nobody's to see any more is not shown on.
      [this.data, this.error] = [undefined, error];
    }
  }
}

export const head = new Head();
