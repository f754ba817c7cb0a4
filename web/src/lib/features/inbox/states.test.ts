// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { statesOf } from './states';

const quiet = { asked: false, unread: false, revised: false, stands: '', assigned: '', done: false, post_state: '' };
const said = (line: Partial<typeof quiet>) => statesOf({ ...quiet, ...line }).map(([key]) => key);

test('a line that is nothing in particular says nothing', () => {
  expect(said({})).toEqual([]);
});

test('that a text is new and was corrected is said before what the post did with the former one', () => {
  expect(said({ post_state: 'acknowledged', revised: true, unread: true })).toEqual(['inbox.is_unread', 'inbox.is_revised', 'inbox.is_acknowledged']);
});

test('what waits for an acknowledgement says that alone of it', () => {
  expect(said({ asked: true, post_state: 'displayed', unread: true })).toEqual(['inbox.is_asked', 'inbox.is_unread']);
});

test('who has it in hand is named', () => {
  expect(statesOf({ ...quiet, assigned: 'hawk' })).toEqual([['inbox.is_assigned', { person: 'hawk' }]]);
});
