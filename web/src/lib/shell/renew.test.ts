// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { filesOf } from './renew';

test('a page names its files by their plain names', () => {
  const page = '<script type="module" crossorigin src="/assets/index-B_1a-.js"></script><link rel="stylesheet" href="/assets/index-2.css">';
  expect([...filesOf(page)]).toEqual(['/assets/index-B_1a-.js', '/assets/index-2.css']);
  expect(filesOf('<p>The screens were not built here</p>').size).toBe(0);
});
