// SPDX-License-Identifier: Apache-2.0
// Keeps a draft at the node as it is written: one save at a time, the newest text last, again until it holds.

export interface Saved {
  id: string;
  text: string;
}

const AGAIN_MS = 3000;

export class Saver {
  /** When the node said that it is on disk. */
  at: string = $state('');
  /** Why the newest text is not there yet; empty where it is, or nobody has tried. */
  failed: string = $state('');
  #put: (saved: Saved) => Promise<string>;
  #explain: (error: unknown) => string;
  #waiting: Saved | undefined;
  #last = '';
  #work: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(put: (saved: Saved) => Promise<string>, explain: (error: unknown) => string) {
    this.#put = put;
    this.#explain = explain;
  }

  /** This is what the node holds already: nothing is to be saved until it changes. */
  hold(text: string): void {
    this.#last = text;
  }

  /** Save this, `wait_ms` after the last change. */
  change(saved: Saved, wait_ms: number): void {
    if (this.#closed || (saved.text === this.#last && !this.#waiting)) return;
    this.#waiting = saved;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), wait_ms);
  }

  /** Save what waits now. Ends when it is saved, or has failed and will be tried again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#work) await this.#work;
    if (!this.#waiting || this.#closed) return;
    const work = this.#save(this.#waiting);
    this.#work = work;
    await work;
    if (this.#work === work) this.#work = undefined;
  }

  /** What is under way has ended when this returns. */
  async rest(): Promise<void> {
    await this.#work;
  }

  /** Whether the node holds this very text. */
  holds(text: string): boolean {
    return !this.open && text === this.#last;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Nothing more is saved; what is under way has ended when this returns. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#work;
  }

  /** Whether something written is not at the node. */
  get open(): boolean {
    return this.#waiting !== undefined;
  }

  async #save(saved: Saved): Promise<void> {
    try {
      this.at = await this.#put(saved);
      this.failed = '';
      this.#last = saved.text;
      if (this.#waiting === saved) this.#waiting = undefined;
    } catch (error) {
      this.failed = this.#explain(error);
      if (!this.#closed) this.#timer = setTimeout(() => void this.flush(), AGAIN_MS);
    }
  }
}
