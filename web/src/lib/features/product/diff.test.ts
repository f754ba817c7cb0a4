// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { diff } from './diff';

const read = (before: string, after: string) => diff(before, after).map((r) => `${{ same: '=', added: '+', removed: '-' }[r.what]}${r.text}`);

test('words that changed stand beside each other', () => {
  expect(read('Launch azimuth 063°', 'Launch azimuth 062°')).toEqual(['=Launch azimuth ', '-063', '+062', '=°']);
});

test('a script without blanks is compared letter by letter', () => {
  expect(read('発射を確認', '落下を確認')).toEqual(['-発射', '+落下', '=を確認']);
});

test('both texts can be read back, whatever they are', () => {
  const texts = ['', 'a', 'a b c', 'c b a', '평양 일대에서 발사', '평양 일대 발사', 'x '.repeat(4000), 'y '.repeat(4000)];
  for (const before of texts) {
    for (const after of texts) {
      const runs = diff(before, after);
      expect(runs.filter((r) => r.what !== 'added').map((r) => r.text).join('')).toBe(before);
      expect(runs.filter((r) => r.what !== 'removed').map((r) => r.text).join('')).toBe(after);
    }
  }
});
