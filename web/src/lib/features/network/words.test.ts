// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { faultOf, kindWords, lasting, longestWait, stateOf, type Lane, type Link, type Partner } from './words';

const lane = (waiting_s: number | null) => ({ waiting_s }) as unknown as Lane;

test('lengths of time are said in one unit', () => {
  expect(lasting(0)).toBe('0 sec');
  expect(lasting(0.061)).toBe('61 ms');
  expect(lasting(59)).toBe('59 sec');
  expect(lasting(90)).toBe('1 min');
  expect(lasting(7300)).toBe('2 hr');
  expect(lasting(200_000)).toBe('2 days');
});

test('the longest wait is that of the lane that waits longest; none where nothing waits', () => {
  expect(longestWait([lane(null), lane(3), lane(70)])).toBe(70);
  expect(longestWait([lane(null)])).toBeUndefined();
});

test('a claim of more than was sent stands before whatever the link says', () => {
  const up = { state: 'up' } as unknown as Link;
  expect(stateOf({ paused: null, ahead: false } as unknown as Partner, up)).toMatchObject({ words: 'network.link_up', tone: 'good' });
  expect(stateOf({ paused: null, ahead: true } as unknown as Partner, up)).toMatchObject({ words: 'network.ahead', tone: 'bad', shape: '▲' });
});

test('every kind of entry has a word', () => {
  for (const kind of ['share', 'recall', 'disposition', 'receipt', 'ending']) expect(kindWords(kind)).not.toBe(kind);
});

test('a pause by plan is no fault of a link, and hides none of the other side', () => {
  const link = (last_error: string, asked_error: string) => ({ last_error, asked_error }) as unknown as Link;
  expect(faultOf(link('off-line-by-plan', 'there-off-line-by-plan'))).toBe('');
  expect(faultOf(link('off-line-by-plan', 'unreachable'))).toBe('unreachable');
  expect(faultOf(link('bad-certificate', ''))).toBe('bad-certificate');
  expect(faultOf(undefined)).toBe('');
});
