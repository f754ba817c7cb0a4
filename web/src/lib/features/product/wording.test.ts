// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { wordingFor } from './wording';

const langs = (...all: string[]) => all.map((lang) => ({ lang }));

test('the reader’s own language, else English, else the first', () => {
  expect(wordingFor(langs('ko', 'en', 'fr'), 'fr')?.lang).toBe('fr');
  expect(wordingFor(langs('ko', 'en'), 'fr')?.lang).toBe('en');
  expect(wordingFor(langs('ko', 'ja'), 'fr')?.lang).toBe('ko');
  expect(wordingFor([], 'fr')).toBeUndefined();
});
