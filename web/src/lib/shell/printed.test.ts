// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { printKeys } from './printed';

test('keys are printed as they stand on a keyboard', () => {
  expect(printKeys('j | ArrowDown')).toEqual(['j', '↓']);
  expect(printKeys('Escape')).toEqual(['Esc']);
  expect(printKeys('Ctrl+k')).toEqual(['Ctrl+K']);
  expect(printKeys('Alt+Shift+L')).toEqual(['Alt+Shift+L']);
  expect(printKeys('g i')).toEqual(['g i']);
  expect(printKeys('')).toEqual([]);
});
