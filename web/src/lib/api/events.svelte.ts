// SPDX-License-Identifier: Apache-2.0
// What the node tells as it happens. The stream ends with the session; a node that restarts is found again by itself.

type Handler = (data: Record<string, unknown>) => void;

class Events {
  /** `live`: the stream stands. `away`: the node does not answer, and is being asked again. */
  state: 'off' | 'live' | 'away' = $state('off');
  #source: EventSource | null = null;
  #handlers = new Map<string, Set<Handler>>();
  #wired = new Set<string>();
  #again: ReturnType<typeof setTimeout> | undefined;
  #lost = false;

  start(): void {
    this.stop();
    const source = new EventSource('/api/events');
    this.#source = source;
    this.#wired.clear();
    for (const type of this.#handlers.keys()) this.#wire(type);
    source.onopen = () => {
      this.state = 'live';
      if (this.#lost) this.#emit('again', {});
      this.#lost = false;
    };
    source.onerror = () => {
      this.state = 'away';
      this.#lost = true;
      // A browser gives up after an answer that is no stream; we don't.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(this.#again);
        this.#again = setTimeout(() => {
          this.#emit('doubt', {});
          if (this.#source === source) this.start();
        }, 2000);
      }
    };
  }

  stop(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = null;
    this.state = 'off';
  }

  /** What is shown is in doubt: every view asks anew, as after a gap. */
  renew(): void {
    this.#emit('again', {});
  }

  /** `product`: a key whose rendition changed. `again`: the stream stood still in between, ask for everything anew. */
  on(type: string, handler: Handler): () => void {
    const set = this.#handlers.get(type) ?? new Set();
    set.add(handler);
    this.#handlers.set(type, set);
    this.#wire(type);
    return () => set.delete(handler);
  }

  #wire(type: string): void {
    if (!this.#source || this.#wired.has(type) || type === 'again' || type === 'doubt') return;
    this.#wired.add(type);
    this.#source.addEventListener(type, (event) => {
      this.#emit(type, JSON.parse((event as MessageEvent<string>).data) as Record<string, unknown>);
    });
  }

  #emit(type: string, data: Record<string, unknown>): void {
    for (const handler of this.#handlers.get(type) ?? []) handler(data);
  }
}

export const events = new Events();
