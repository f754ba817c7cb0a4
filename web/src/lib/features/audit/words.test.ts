// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { asQuery, EVERYTHING, zulu } from './words';

test('an empty filter asks for everything', () => {
  expect(asQuery(EVERYTHING)).toEqual({});
});

test('times are Zulu as typed, whatever the zone of the machine; names are trimmed', () => {
  const wanted = { ...EVERYTHING, person: ' kor.watch ', member: 'jpn', kinds: ['opened', 'searched'] as const, since: '120104Z JUL 23' };
  expect(asQuery({ ...wanted, kinds: [...wanted.kinds] })).toEqual({
    person: 'kor.watch', member: 'JPN', kind: 'opened,searched', since: '2023-07-12T01:04:00Z'
  });
});

test('a time is taken as people write it; what is none goes to the node as typed', () => {
  expect(zulu('120104z jul 23')).toBe('2023-07-12T01:04:00Z');
  expect(zulu('2023-07-12')).toBe('2023-07-12T00:00:00Z');
  expect(zulu('2023-07-12 01:04')).toBe('2023-07-12T01:04:00Z');
  expect(zulu('yesterday')).toBe('YESTERDAY');
  expect(zulu(' ')).toBe('');
});
