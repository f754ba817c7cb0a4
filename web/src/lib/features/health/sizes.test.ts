// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { printSize } from './sizes';

test('a size is told in the unit that fits', () => {
  expect(printSize(0, 'en')).toBe('0 KiB');
  expect(printSize(2048, 'en')).toBe('2 KiB');
  expect(printSize(1.5 * 1024 ** 2, 'en')).toBe('1.5 MiB');
  expect(printSize(1.5 * 1024 ** 2, 'fr')).toBe('1,5 MiB');
  expect(printSize(252 * 1024 ** 3, 'en')).toBe('252 GiB');
  expect(printSize(9000 * 1024 ** 4, 'en')).toBe('9,000 TiB');
});
