// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { lacking, reasons } from './lacking';

const line = (member: string, tag: string, why: string) => ({ member, tag, variant: 1, wordings: 1, why });

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

test('a reason is told once, with the portions that it is about', () => {
  const withheld = [
    line('AUS', 'VX', 'not in the audience'),
    { ...line('AUS', 'UN', 'not in the audience'), wordings: 3 },
    { ...line('AUS', 'UN', 'not in the audience'), variant: 2, wordings: 3 },
    line('AUS', 'RD', 'SECRET is not held'),
    { ...line('AUS', 'VY', 'SECRET is not held'), wordings: 2 } // the exact one alone: they have the other
  ];
  expect(reasons(withheld, ['AUS'])).toEqual([
    { why: 'not in the audience', members: [], lines: [{ tag: 'VX', variant: 0 }, { tag: 'UN', variant: 1 }, { tag: 'UN', variant: 2 }] },
    { why: 'SECRET is not held', members: [], lines: [{ tag: 'RD', variant: 0 }, { tag: 'VY', variant: 1 }] }
  ]);
});
