// SPDX-License-Identifier: Apache-2.0
// The watch of the post acted for: who has it, who else acts for the post, and its log of the last day (or more of it).
import { api, ApiError, ask, events, type Schemas } from '$lib/api';
import { session } from '$lib/shell/session.svelte';

export type LogRow = Schemas['LogRowOut'];
const SOON_MS = 250;
const PAGE = 100;
const DAY_MS = 86_400_000;

class Watch {
  data: Schemas['WatchOut'] | undefined = $state.raw(undefined);
  error: ApiError | undefined = $state.raw(undefined);
  rows: readonly LogRow[] = $state.raw([]);
  /** How far back the log reaches. */
  days: number = $state(1);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  follow(): () => void {
    void this.load();
    const soon = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.load();
      }, SOON_MS);
    };
    const offs = ['post', 'product', 'again'].map((type) => events.on(type, soon));
    return () => {
      offs.forEach((off) => off());
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#turn++;
      [this.data, this.rows, this.days] = [undefined, [], 1];
    };
  }

  /** From the newest row on, as many as there were. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const data = await this.#ask(0, Math.max(PAGE, Math.min(200, this.rows.length)));
      if (turn === this.#turn) [this.data, this.rows, this.error] = [data, data.items as LogRow[], undefined];
    } catch (error) {
      if (turn !== this.#turn) return;
      if (!(error instanceof ApiError)) throw error;
      [this.data, this.rows, this.error] = [undefined, [], error];
    }
  }

  /** Who else of the roster the watch can be handed to; nobody where it is not this person's to give. */
  get heirs(): readonly string[] {
    const me = session.now?.person;
    return this.data && this.data.holder === me ? this.data.roster.filter((person) => person !== me) : [];
  }

  /** A week further back. */
  earlier(): void {
    this.days += 7;
    void this.load();
  }

  async more(): Promise<void> {
    const turn = this.#turn;
    const data = await this.#ask(this.rows.length, PAGE);
    if (turn === this.#turn) this.rows = [...this.rows, ...(data.items as LogRow[])];
  }

  async take(): Promise<void> {
    await ask(api.POST('/api/watch/take'));
    await this.load();
  }

  async offer(to: string, open: string[], note: Schemas['Remark'] | null): Promise<void> {
    await ask(api.POST('/api/watch/offer', { body: { to, open, note } }));
    await this.load();
  }

  async remark(note: Schemas['Remark']): Promise<void> {
    await ask(api.POST('/api/watch/remarks', { body: note }));
    await this.load();
  }

  async #ask(start: number, limit: number): Promise<Schemas['WatchOut']> {
    const since = new Date(session.clocks().operational.getTime() - this.days * DAY_MS).toISOString();
    const query = { start, limit, ...(this.days > 1 ? { since: `${since.slice(0, 19)}Z` } : {}) };
    return (await ask(api.GET('/api/watch', { params: { query } }))) as Schemas['WatchOut'];
  }
}

export const watch = new Watch();
