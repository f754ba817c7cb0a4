// SPDX-License-Identifier: Apache-2.0
// Time runs over the map: what came to be known, step by step, from the window's beginning to its end.
import { DAY_MS, type Layers } from './layers.svelte';

const STEPS = 60;
const STEP_MS = 250;
/** Whoever asked for less motion steps by hand, in larger steps. */
const STEPS_BY_HAND = 24;
const LEAST_MS = DAY_MS / 24 / 12; // five minutes

export class Player {
  on: boolean = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly layers: Layers,
    /** The first and the last moment that there is something of. */
    readonly span: () => [number, number],
    readonly still: () => boolean
  ) {}

  /** Run, or stop where it is; without motion: one step. */
  toggle(): void {
    if (this.on) this.stop();
    else if (this.still()) this.#step(STEPS_BY_HAND);
    else {
      this.on = true;
      this.#step(STEPS);
      this.#timer = setInterval(() => this.#step(STEPS), STEP_MS);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.on = false;
  }

  #step(steps: number): void {
    const [first, last] = this.span();
    const from = this.layers.from ?? first;
    const step = Math.max(LEAST_MS, (last - from) / steps);
    // Where it stands at its end, it begins anew.
    const next = (this.layers.to ?? from) + step;
    if (next < last) this.layers.to = next;
    else {
      this.layers.to = undefined;
      this.stop();
    }
  }
}
