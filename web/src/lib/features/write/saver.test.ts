// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from 'vitest';
import { Saver, type Saved } from './saver.svelte';

const draft = (text: string): Saved => ({ id: 'one', text });

test('saves one at a time, and the newest text is the last at the node', async () => {
  const arrived: string[] = [];
  let free = () => {};
  const put = async ({ text }: Saved) => {
    if (!arrived.length) await new Promise<void>((resolve) => (free = resolve));
    arrived.push(text);
    return 'now';
  };
  const saver = new Saver(put, String);
  saver.change(draft('a'), 0);
  const first = saver.flush();
  saver.change(draft('b'), 10_000);
  const second = saver.flush();
  free();
  await Promise.all([first, second]);
  expect(arrived).toEqual(['a', 'b']);
  expect(saver.open).toBe(false);
});

test('a save that fails is tried again by itself, and the text stays open until it holds', async () => {
  vi.useFakeTimers();
  let fails = true;
  const saver = new Saver(async () => {
    if (fails) throw new Error('link');
    return 'now';
  }, String);
  saver.change(draft('a'), 0);
  await saver.flush();
  expect([saver.open, saver.failed]).toEqual([true, 'Error: link']);
  fails = false;
  await vi.advanceTimersByTimeAsync(3000);
  expect([saver.open, saver.failed, saver.at]).toEqual([false, '', 'now']);
  vi.useRealTimers();
});

test('what the node holds already is not saved again, and nothing is after closing', async () => {
  let count = 0;
  const saver = new Saver(async () => `${++count}`, String);
  saver.hold('a');
  saver.change(draft('a'), 0);
  await saver.flush();
  await saver.close();
  saver.change(draft('b'), 0);
  await saver.flush();
  expect(count).toBe(0);
});

test('the node holds a text when it said so of that very one, and not while another waits', async () => {
  let free = () => {};
  const saver = new Saver(async () => {
    await new Promise<void>((resolve) => (free = resolve));
    return 'now';
  }, String);
  saver.hold('kept');
  expect([saver.holds('kept'), saver.holds('other')]).toEqual([true, false]);
  saver.change(draft('other'), 0);
  const work = saver.flush();
  expect([saver.holds('kept'), saver.holds('other')]).toEqual([false, false]);
  const resting = saver.rest();
  free();
  await Promise.all([work, resting]);
  expect([saver.holds('kept'), saver.holds('other'), saver.closed]).toEqual([false, true, false]);
});
