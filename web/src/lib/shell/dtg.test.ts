// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { printDtg, isTime, sayTime, zulu } from './dtg';

test('a DTG is UTC, with the month in English capitals', () => {
  expect(printDtg(new Date('2023-07-12T01:04:59Z'))).toBe('120104Z JUL 23');
  expect(printDtg(new Date('2009-12-31T23:59:00Z'))).toBe('312359Z DEC 09');
});

test('a time is taken as people write it; what is none goes to the node as typed', () => {
  expect(zulu('120104z jul 23')).toBe('2023-07-12T01:04:00Z');
  expect(zulu('2023-07-12')).toBe('2023-07-12T00:00:00Z');
  expect(zulu('2023-07-12 01:04')).toBe('2023-07-12T01:04:00Z');
  expect(zulu('yesterday')).toBe('YESTERDAY');
  expect(['120104Z JUL 23', '2023-07-12', 'yesterday', '32-07-12', '330104Z JUL 23'].map(isTime)).toEqual([true, true, false, false, false]);
  expect(zulu(' ')).toBe('');
});

test('within a sentence local time stands in brackets', () => {
  expect(sayTime('2023-07-12T01:04:00Z')).toMatch(/^120104Z JUL 23 \(\d\d:\d\d\)$/);
  expect(sayTime('2023-07-12T01:04:00Z', 'as printed')).toMatch(/^as printed \(\d\d:\d\d\)$/);
});
