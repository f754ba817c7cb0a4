// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { signOf, standing } from './standing';

const one = (state: string, more = {}) => ({ members: ['JPN'], state, text: 'X', at: '', at_dtg: '091204Z JUL 23', posts: ['KOR-RELEASE'], note: '', vacant: [], ...more });

describe('how a product stands with a member', () => {
  it('never says of two states the same', () => {
    const said = ['held', 'waits', 'returned', 'refused', 'recalled', 'destroyed', 'unproposed', 'withheld'].map((state) => standing(one(state)));
    expect(new Set(said).size).toBe(8);
  });
  it('says whether what waits are first or newer words, and where nobody may decide', () => {
    expect(new Set([standing(one('waits')), standing(one('waits'), true), standing(one('waits', { posts: [] })), standing(one('waits', { posts: [], vacant: ['KOR-RELEASE'] }))]).size).toBe(4);
  });
  it('says of a text that the asker is not cleared for only that it was sent', () => {
    expect(standing(one('held', { text: '' }))).not.toBe(standing(one('held')));
  });
  it('has a sign for a state that it does not know', () => {
    expect(signOf(one('new'))).toBe('–');
  });
});
