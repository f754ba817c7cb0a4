// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Layers } from './layers.svelte';
import { Player } from './play.svelte';

const HOUR = 3_600_000;

describe('time that runs over the map', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('goes from the beginning to the end, and stops there with everything shown', () => {
    const layers = new Layers();
    const player = new Player(layers, () => [0, 60 * HOUR], () => false);
    player.toggle();
    expect([player.on, layers.to]).toEqual([true, HOUR]);
    vi.advanceTimersByTime(250);
    expect(layers.to).toBe(2 * HOUR);
    player.toggle();
    vi.advanceTimersByTime(5000);
    expect([player.on, layers.to]).toEqual([false, 2 * HOUR]);
    player.toggle();
    vi.advanceTimersByTime(60 * 250);
    expect([player.on, layers.to]).toEqual([false, undefined]);
  });

  it('with reduced motion takes one step a press, and nothing moves by itself', () => {
    const layers = new Layers();
    const player = new Player(layers, () => [0, 24 * HOUR], () => true);
    player.toggle();
    vi.advanceTimersByTime(60_000);
    expect([player.on, layers.to]).toEqual([false, HOUR]);
    for (let n = 0; n < 23; n++) player.toggle();
    expect(layers.to).toBe(undefined);
  });
});
