// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { readDtg, understand } from './understand.ts';

describe('what is typed', () => {
  it('is words, in any language', () => {
    for (const words of ['convoy', '미사일 발사', '120 km range', 'NATO 52 ships', 'in 1999', '10 man crew']) expect(understand(words)).toEqual({ words });
  });
  it('a range of date-time groups is a time, to the end of its last minute', () => {
    for (const text of ['120100Z JUL 23 - 120230Z JUL 23', '120100ZJUL23/120230ZJUL23', '120100z jul 23 to 120230z jul 23']) {
      expect(understand(`launch ${text}`)).toMatchObject({ words: 'launch', time: { since: '2023-07-12T01:00:00Z', until: '2023-07-12T02:31:00Z' } });
    }
  });
  it('no day and no order is no time', () => {
    for (const text of ['310100Z JUN 23', '122500Z JUL 23', '120100Z JUX 23', '120230Z JUL 23 - 120100Z JUL 23']) expect(understand(text).time).toBeUndefined();
  });
  it('a reference names its originator and minute', () => {
    expect(understand('KOR-WARN 120104Z JUL 23 K7QF')).toMatchObject({ words: 'K7QF', originator: 'KOR', time: { since: '2023-07-12T01:04:00Z', until: '2023-07-12T01:05:00Z' } });
  });
  it('the letters of a reference stay words, be they a square of the grid too', () => {
    expect(understand('120104Z JUL 23 K7QF')).toMatchObject({ words: 'K7QF', time: { since: '2023-07-12T01:04:00Z' } });
    expect(understand('KOR-WARN 120104Z JUL 23 9SYD')).not.toHaveProperty('area');
    for (const words of ['UW7V', '9SYD', '9syd', '1CAB', '9S YD', '33EM']) expect(understand(words)).toEqual({ words });
  });
  it('a square of the grid is an area', () => {
    expect(understand('launch 51S YD 56 35')).toMatchObject({ words: 'launch', area: { text: '51S YD 56 35' } });
    expect(understand('51SYD')).toMatchObject({ words: '', area: { text: '51S YD' } });
    expect(understand('51S YD buoy')).toEqual({ words: '51S YD buoy' });
    for (const text of ['9S YD 56 35', '9SYD5635', '51SYD 5635', '09SYD', 'A UN 17 18', 'AUN1718']) expect(understand(text), text).toMatchObject({ words: '', area: {} });
  });
  it('degrees are an area as wide as their digits say, and two places a box', () => {
    expect(understand('launch 37.0N 127.0E')).toMatchObject({ words: 'launch', area: { text: '37.0N 127.0E', corners: [[126.95, 36.95], [127.05, 37.05]] } });
    expect(understand('39.127, 125.964')).toMatchObject({ words: '', area: { corners: [[125.9635, 39.1265], [125.9645, 39.1275]] } });
    expect(understand('37°30′N 127°00′E')).toMatchObject({ words: '', area: { corners: [[126.991667, 37.491667], [127.008333, 37.508333]] } });
    expect(understand('37N 127E to 38N 128E convoy').area?.corners).toEqual([[127, 37], [128, 38]]);
    for (const words of ['91N 10E', '12, 13', 'in 3.5, 4.5 tonnes', '10N']) expect(understand(words), words).toEqual({ words });
  });
  it('what has not the form of a square is words', () => {
    for (const words of ['61SYD5635', '0SYD5635', '51SYD 5 356', '51SYD563', '51OYD5635', '51AYD5635', '51SIO5635', 'YUP', 'Z AB', 'a UN 1718', 'AUN17']) {
      expect(understand(words), words).toEqual({ words });
    }
  });
  it('a field takes one group', () => {
    expect(readDtg(' 120104Z JUL 23 ')).toBe('2023-07-12T01:04:00Z');
    expect(readDtg('yesterday')).toBeUndefined();
  });
});
