// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { lacking } from './lacking';

const line = (member: string, tag: string, why: string) => ({ member, tag, variant: 1, why });

test('a reason that is not that of all who hold a text says whose it is', () => {
  const withheld = [
    line('AUS', 'VX', 'not in the audience'),
    line('NZL', 'VX', 'not in the audience; SECRET is not held'),
    line('GBR', 'VX', 'not in the audience'),
    line('AUS', 'UN', 'not in the audience'),
    line('GBR', 'UN', 'not in the audience'),
    line('NZL', 'UN', 'not in the audience'),
    line('JPN', 'VX', 'another text')
  ];
  expect(lacking(withheld, ['AUS', 'GBR', 'NZL'])).toEqual([
    { tag: 'VX', variant: 1, why: 'not in the audience', members: ['AUS', 'GBR'] },
    { tag: 'VX', variant: 1, why: 'not in the audience; SECRET is not held', members: ['NZL'] },
    { tag: 'UN', variant: 1, why: 'not in the audience', members: [] }
  ]);
  expect(lacking(withheld, ['USA'])).toEqual([]);
});
