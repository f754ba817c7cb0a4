// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { asQuery, EVERYTHING } from './words';

test('an empty filter asks for everything', () => {
  expect(asQuery(EVERYTHING)).toEqual({});
});

test('times are Zulu as typed, whatever the zone of the machine; names are trimmed', () => {
  const wanted = { ...EVERYTHING, person: ' kor.watch ', member: 'jpn', kinds: ['opened', 'searched'] as const, since: '120104Z JUL 23' };
  expect(asQuery({ ...wanted, kinds: [...wanted.kinds] })).toEqual({
    person: 'kor.watch', member: 'JPN', kind: 'opened,searched', since: '2023-07-12T01:04:00Z'
  });
});
