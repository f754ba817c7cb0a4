// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { homeOf } from './home';

test.each([
  [true, ['administration', 'audit'], 'inbox'],
  [true, [], 'inbox'],
  [false, ['audit', 'administration'], 'network'],
  [false, ['audit'], 'audit'],
  [false, ['security'], 'network'],
  [false, ['release', 'watch'], 'register'],
  [false, ['analysis'], 'inbox'],
  [false, [], 'inbox']
])('who is cleared (%s) and has %s begins at the %s', (cleared, duties, screen) => {
  expect(homeOf({ cleared, duties })).toBe(screen);
});
