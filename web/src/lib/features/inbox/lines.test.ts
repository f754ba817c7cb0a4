// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Lines, PAGE, pagesOf, type Line } from './lines.svelte';

const line = (n: number) => ({ key: `k${n}`, unread: true }) as Line;

function make(total: number) {
  const held = { total, asked: [] as number[], fails: false };
  const lines = new Lines((start, limit) => {
    held.asked.push(start);
    if (held.fails) return Promise.reject(new Error('away'));
    const count = Math.max(0, Math.min(limit, held.total - start));
    return Promise.resolve({ start, total: held.total, items: Array.from({ length: count }, (_, n) => line(start + n)) });
  });
  return { lines, held };
}

test('a stretch is asked for page by page, once', async () => {
  expect(pagesOf(0, 30, -1)).toEqual([0]);
  expect(pagesOf(PAGE - 1, PAGE + 1, 500)).toEqual([0, 1]);
  expect(pagesOf(400, 900, 450)).toEqual([4]);
  const { lines, held } = make(100_000);
  await lines.need(0, 30);
  await Promise.all([lines.need(50_000, 50_020), lines.need(50_010, 50_030)]);
  expect(held.asked).toEqual([0, 50_000]);
  expect([lines.total, lines.at(50_019)?.key, lines.at(40_000)]).toEqual([100_000, 'k50019', undefined]);
  expect(lines.find('k50019')).toBe(50_019);
});

test('whoever needs a stretch that was asked for already gets it as well', async () => {
  const { lines, held } = make(3);
  void lines.need(0, 30);
  await lines.need(0, 1);
  expect([lines.at(0)?.key, held.asked.length]).toEqual(['k0', 1]);
});

test('what is gone goes with the next answer, and everything where none comes', async () => {
  const { lines, held } = make(3);
  await lines.need(0, 30);
  held.total = 2;
  await lines.refresh(0, 30);
  expect([lines.total, lines.at(2)]).toEqual([2, undefined]);
  held.fails = true;
  await lines.refresh(0, 30);
  expect(lines.at(0)).toBeUndefined();
  expect(lines.failed).toBeInstanceOf(Error);
});

test('an answer that comes too late is dropped', async () => {
  const { lines } = make(3);
  const first = lines.refresh(0, 30);
  const second = lines.refresh(0, 30);
  await Promise.all([first, second]);
  expect(lines.at(0)?.key).toBe('k0');
});

test('a change of one’s own shows at once', async () => {
  const { lines } = make(3);
  await lines.need(0, 30);
  lines.patch(['k1'], { unread: false });
  expect([lines.at(0)?.unread, lines.at(1)?.unread]).toEqual([true, false]);
});

test('far away lines are let go of', async () => {
  const { lines } = make(100_000);
  for (let page = 0; page < 60; page++) await lines.need(page * PAGE, page * PAGE + 1);
  expect(lines.at(0)).toBeUndefined();
  expect(lines.at(59 * PAGE)?.key).toBe(`k${59 * PAGE}`);
});
