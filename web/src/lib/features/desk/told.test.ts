// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from '$lib/api';
import { listDecided } from './told';

/** A line of the register as the node gives it. */
function line(what: string, member: string, more: Partial<Schemas['RegisterLine']> = {}): Schemas['RegisterLine'] {
  return {
    what, member, reference: 'NZL 1', product: 'ab', key: 'NZL.ab', revision: 1, authority: what === 'released' ? 'T1' : '', actor: 'kea', post: 'NZL-RELEASE',
    at: '2023-07-12T01:12:00Z', at_dtg: '120112Z JUL 23', purpose: '', review_due: null, review_due_dtg: null, portions: [], held: false, ...more
  };
}

test('one act for several members is told once, in the order it named them', () => {
  const found = listDecided([line('refused', 'AUS'), line('released', 'USA'), line('released', 'JPN')]);
  expect(found.map((one) => [one.what, one.members])).toEqual([['refused', ['AUS']], ['released', ['JPN', 'USA']]]);
});

test('acts of two people, or under two authorities, stay apart', () => {
  const lines = [line('released', 'USA', { actor: 'moa' }), line('released', 'JPN'), line('released', 'AUS', { authority: 'T3' })];
  expect(listDecided(lines).map((one) => one.members)).toEqual([['USA'], ['JPN'], ['AUS']]);
});

test('what was sent back stands while nothing followed, and what is no decision never', () => {
  expect(listDecided([line('returned', '')]).map((one) => one.what)).toEqual(['returned']);
  expect(listDecided([line('released', 'USA'), line('returned', '')]).map((one) => one.what)).toEqual(['released']);
  expect(listDecided([line('recalled', 'USA'), line('reviewed', '')])).toEqual([]);
});
