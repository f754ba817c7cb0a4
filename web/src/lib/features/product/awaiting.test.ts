// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { awaiting } from './awaiting';

const one = { members: ['JPN'], posts: [], vacant: [] };

describe('who decides about what waits', () => {
  it('is told in one way for each: a post, nobody who can read it, nobody with the authority', () => {
    const said = [awaiting({ ...one, posts: ['KOR-RELEASE'] }), awaiting({ ...one, vacant: ['KOR-RELEASE'] }), awaiting(one)];
    expect(new Set(said).size).toBe(3);
  });
});
