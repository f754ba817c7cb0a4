// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { grouped } from './recalls';

const row = (key: string, member: string, state: string) =>
  ({ key, member, state, reference: `ref ${key}`, product: key, lost: [], at: '', at_dtg: '', records: [] });

it('groups by product, what was recalled last first, and counts by the newest state of each member', () => {
  const made = grouped([row('A', 'JPN', 'destroyed'), row('B', 'USA', 'amber'), row('A', 'USA', 'sent'), row('A', 'JPN', 'destroyed')]);
  expect(made).toEqual([
    { key: 'A', reference: 'ref A', members: ['JPN', 'USA'], done: 1 },
    { key: 'B', reference: 'ref B', members: ['USA'], done: 0 }
  ]);
  expect(grouped([])).toEqual([]);
});
