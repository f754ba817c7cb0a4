// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { PART_ENTRIES, partsOf } from './parts';

test('parts follow one another, hold everything, and none is larger than one file may be', () => {
  for (const [start, end] of [[0, 1], [7, 8], [0, PART_ENTRIES], [3, PART_ENTRIES + 3], [0, PART_ENTRIES + 1], [10, 260_001]] as const) {
    const parts = partsOf(start, end);
    expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([start, end]);
    parts.slice(1).forEach((part, n) => expect(part.start).toBe(parts[n]?.end));
    expect(parts.every((part) => part.end > part.start && part.end - part.start <= PART_ENTRIES)).toBe(true);
  }
  expect(partsOf(5, 5)).toEqual([]);
});
