// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { printDtg } from './dtg';

test('a DTG is UTC, with the month in English capitals', () => {
  expect(printDtg(new Date('2023-07-12T01:04:59Z'))).toBe('120104Z JUL 23');
  expect(printDtg(new Date('2009-12-31T23:59:00Z'))).toBe('312359Z DEC 09');
});
