// SPDX-License-Identifier: Apache-2.0
import { ApiError } from './client';
import { events } from './events.svelte';

/** A question whose answer is kept until it is asked again. Call it while a component is set up. */
export class Query<T> {
  data: T | undefined = $state.raw(undefined);
  error: ApiError | undefined = $state.raw(undefined);
  loading: boolean = $state(true);
  #ask: (signal: AbortSignal) => Promise<T>;
  #abort: AbortController | undefined;

  constructor(askFor: (signal: AbortSignal) => Promise<T>) {
    this.#ask = askFor;
  }

  /** Ask (again). What was there stays until the answer comes; an older question's answer is dropped. */
  async load(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    try {
      const data = await this.#ask(abort.signal);
      if (abort.signal.aborted) return;
      this.data = data;
      this.error = undefined;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error instanceof ApiError) this.error = error;
      else throw error;
    } finally {
      if (this.#abort === abort) this.loading = false;
    }
  }

  stop(): void {
    this.#abort?.abort();
  }
}

/**
 * `const inbox = query(() => ask(api.GET('/api/inbox')), { on: ['product'] })`: asked at once, whenever something reactive that
 * `askFor` reads changes, and (at most five times a second) whenever one of the events comes.
 */
export function query<T>(askFor: (signal: AbortSignal) => Promise<T>, options: { on?: string[] } = {}): Query<T> {
  const made = new Query(askFor);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void made.load();
    }, 200);
  };
  $effect(() => {
    void made.load();
    return () => made.stop();
  });
  $effect(() => {
    const offs = [...(options.on ?? []), 'again'].map((type) => events.on(type, soon));
    return () => {
      clearTimeout(timer);
      offs.forEach((off) => off());
    };
  });
  return made;
}
