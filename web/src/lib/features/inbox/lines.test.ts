// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { append, refresh, replace, secondOf, type Line } from './lines';

const line = (key: string, check = 'AAAA') => ({ key, check, filed: '2023-07-12T01:04:00Z' }) as Line;
const keys = (lines: Line[]) => lines.map((l) => l.key);

test('a line stands once, however pages overlap', () => {
  expect(keys(append([line('a'), line('b')], { items: [line('b'), line('c')], next: null }))).toEqual(['a', 'b', 'c']);
});

test('what is new comes on top, and what changed is new', () => {
  const made = refresh([line('a'), line('b')], { items: [line('n'), line('a', 'BBBB')], next: 'x' });
  expect(keys(made)).toEqual(['n', 'a', 'b']);
  expect(made[1]?.check).toBe('BBBB');
});

test('a line that is gone is gone', () => {
  expect(keys(replace([line('a'), line('b')], 'a', undefined))).toEqual(['b']);
  expect(replace([line('a')], 'a', line('a', 'BBBB'))[0]?.check).toBe('BBBB');
});

test('a line is asked for anew by the second in which it was filed', () => {
  expect(secondOf(line('a'))).toEqual({ since: '2023-07-12T01:04:00Z', until: '2023-07-12T01:04:01Z' });
});
