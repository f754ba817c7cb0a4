// SPDX-License-Identifier: Apache-2.0
import { history, redo, undo } from 'prosemirror-history';
import { EditorState, TextSelection } from 'prosemirror-state';
import { expect, test } from 'vitest';
import { changeTo } from './arriving';
import { makePortion, makeVariant, schema } from './schema';

const doc = (...portions: string[]) =>
  schema.topNodeType.create(null, portions.map((words, n) => makePortion(`A${'BCDEFG'[n]}`, n ? 'paragraph' : 'title', makeVariant('en', words))));
const start = (...portions: string[]) => EditorState.create({ doc: doc(...portions), plugins: [history()] });
const wordsAt = (state: EditorState) => state.doc.textBetween(state.selection.from - 3, state.selection.from);

test('what arrives makes the document what was saved, whatever differs', () => {
  const before = ['Title', 'One two', 'Three'];
  for (const after of [['Title', 'One and two', 'Three'], ['Title'], ['Other', 'One two', 'Three', 'Four'], ['Title', 'Three'], ['aab', 'aaab'], ['Title', 'One two', 'Three']]) {
    const state = start(...before);
    const tr = changeTo(state, doc(...after));
    expect((tr ? state.apply(tr) : state).doc.eq(doc(...after))).toBe(true);
  }
  expect(changeTo(start(...before), doc(...before))).toBeNull();
});

test('a label alone that differs arrives as well', () => {
  const now = start('Title', 'One');
  const label = { label: { classification: 'X' }, faults: [] };
  const variant = makeVariant('en', 'One');
  const other = schema.topNodeType.create(null, [doc('Title').child(0), makePortion('AC', 'paragraph', variant.type.create({ ...variant.attrs, label }, variant.content))]);
  const tr = changeTo(now, other);
  expect(tr && now.apply(tr).doc.eq(other)).toBe(true);
});

test('the cursor stays at its words, and undo takes back one’s own words and nobody else’s', () => {
  let state = start('Title', 'One two', 'Three');
  const at = state.doc.content.size - 3;
  state = state.apply(state.tr.setSelection(TextSelection.create(state.doc, at)).insertText(' own'));
  expect(wordsAt(state)).toBe('own');
  const theirs = changeTo(state, doc('Title, longer', 'One two', state.doc.child(2).textContent));
  state = state.apply(theirs!.setMeta('addToHistory', false));
  expect(wordsAt(state)).toBe('own');
  undo(state, (tr) => (state = state.apply(tr)));
  expect(state.doc.eq(doc('Title, longer', 'One two', 'Three'))).toBe(true);
  redo(state, (tr) => (state = state.apply(tr)));
  expect(state.doc.child(2).textContent).toBe('Three own');
});
