// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { compare, type Piece } from './diff';

const joined = (pieces: Piece[]) => pieces.map((p) => p.text).join('');
const changed = (pieces: Piece[]) => pieces.filter((p) => !p.same).map((p) => p.text.trim());

describe('compare', () => {
  it('keeps every character of both', () => {
    const [a, b] = ['  The relay at 39.112N \u202ewas taken.\n', 'A relay  was taken over\t.'];
    const made = compare(a, b);
    expect([joined(made.before), joined(made.after)]).toEqual([a, b]);
  });

  it('names the words that differ', () => {
    const made = compare('Seen by infrared detection at nine.', 'Seen by two sensors at nine.');
    expect(changed(made.before)).toEqual(['infrared detection']);
    expect(changed(made.after)).toEqual(['two sensors']);
  });

  it('compares Japanese by character and Korean by word', () => {
    expect(changed(compare('護衛艦が周辺海域で確認', '艦艇が周辺海域で確認').after)).toEqual(['艇']);
    expect(changed(compare('고체추진 방식으로 추정', '액체추진 방식으로 추정').after)).toEqual(['액체추진']);
  });

  it('has nothing that differs between equal texts, and all between empty and full', () => {
    expect(changed(compare('same words', 'same words').before)).toEqual([]);
    expect(changed(compare('', 'new').after)).toEqual(['new']);
    expect(compare('', '')).toEqual({ before: [], after: [] });
  });

  it('stays quick on long texts that share nothing', () => {
    const long = (word: string) => Array.from({ length: 20_000 }, (_, n) => `${word}${n}`).join(' ');
    const started = performance.now();
    const made = compare(long('a'), long('b'));
    expect(joined(made.before)).toBe(long('a'));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
