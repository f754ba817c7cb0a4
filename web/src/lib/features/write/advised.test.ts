// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from '$lib/api';
import { grouped } from './advised';

const advised = (either: number, member: string) => ({ either, members: [member], tags: ['BV'], labels: [] }) as unknown as Schemas['Advised'];

test('the first few suggestions are shown, alternatives together, in the order of the node', () => {
  const [one, two, three, four, five] = [advised(0, 'USA'), advised(0, 'GBR'), advised(2, 'USA'), advised(3, 'NHQ'), advised(3, 'NZL')];
  expect(grouped([one, two, three, four, five])).toEqual([[one, two], [three], [four]]);
  expect(grouped([])).toEqual([]);
});
