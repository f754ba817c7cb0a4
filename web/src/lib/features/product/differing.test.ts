// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { findDiffering, findOther } from './differing';

const say = (tag: string, text: string) => ({ tag, body: { type: 'text' as const, wordings: [{ lang: 'en', text, status: 'original' as const }] } });
const written = [say('TA', 'A title'), say('PA', 'At grid 4411'), say('PB', 'By sensor LARK')];

test('a portion is told by who has other words for it and who has none of it, in the order of the text', () => {
  const texts = [
    { members: ['USA'], portions: written },
    { members: ['AUS', 'NZL'], portions: [say('TA', 'A title'), say('PA', 'In the north')] },
    { members: ['JPN'], portions: [say('TA', 'A title'), say('PA', 'At grid 4411')] }
  ];
  expect([...findDiffering(written, texts)]).toEqual([
    ['PA', { other: ['AUS', 'NZL'], without: [] }],
    ['PB', { other: [], without: ['AUS', 'NZL', 'JPN'] }]
  ]);
  expect(findOther(written, texts[1]?.portions ?? [])).toEqual(['PA']);
  expect(findOther(written, written)).toEqual([]);
});

test('words of an older text that were taken out since are other than as written', () => {
  expect(findOther(written, [say('PZ', 'Taken out')])).toEqual(['PZ']);
  expect([...findDiffering(written, [])]).toEqual([]);
});
