// SPDX-License-Identifier: Apache-2.0
// A choice is for what was selected when it was made, however late the node answers; as above is a choice like any other.
import { AllSelection, EditorState, TextSelection, type Transaction } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { expect, test } from 'vitest';
import type { Schemas } from '$lib/api';
import { put } from './choice';
import { Labelling } from './labelling';
import { attrsOf, makePortion, makeVariant, schema, type Described } from './schema';

type Choice = Schemas['Choice'];
const STANDARD: Choice = { policy: 'P', classification: 'LOW', audience: ['NZL'] };
const describe = (choice: Choice, faults: string[] = []) =>
  ({ label: { policy: choice.policy, classification: choice.classification }, choice, faults, mark: choice.classification, banner: '', color: '', ink: '', members: [] }) as Described;

/** Portions of so many texts; the node's answers come when they are let go. */
function writing(...variants: number[]) {
  const portions = variants.map((many, n) => makePortion(`T${'ABCDEF'[n]}`, 'paragraph', ...Array.from({ length: many }, (_, at) => makeVariant('en', `words ${at}`))));
  const view = {
    state: EditorState.create({ doc: schema.topNodeType.create(null, portions) }),
    isDestroyed: false,
    dispatch: (tr: Transaction) => void (view.state = view.state.apply(tr))
  };
  const asked: Choice[][] = [];
  const said = { nothing: 0 };
  const answers: (() => void)[] = [];
  const labelling = new Labelling(() => view as unknown as EditorView, {
    describe: (choices) => (asked.push(choices), new Promise((done) => answers.push(() => done(choices.map((c) => describe(c)))))),
    nothing: () => void said.nothing++,
    failed: (error) => { throw error; }
  });
  const stand = (portion: number, variant = 0) => {
    let at = 0;
    for (let n = 0; n < portion; n++) at += view.state.doc.child(n).nodeSize;
    for (let n = 0; n < variant; n++) at += view.state.doc.child(portion).child(n).nodeSize;
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at + 3)));
  };
  const answer = async () => { await Promise.resolve(); answers.shift()?.(); };
  const marks = () => view.state.doc.children.map((p) => p.children.map((v) => attrsOf(v).label?.mark ?? '-').join(' '));
  const given = (label: Described | null) => {
    let at = 1;
    for (const variant of view.state.doc.child(0).children) {
      view.dispatch(view.state.tr.setNodeAttribute(at, 'label', label));
      at += variant.nodeSize;
    }
  };
  const selectAll = () => view.dispatch(view.state.tr.setSelection(new AllSelection(view.state.doc)));
  const audiences = () => view.state.doc.children.map((p) => attrsOf(p.child(0)).label?.choice.audience);
  return { selectAll, audiences, labelling, stand, answer, marks, asked, said, given };
}

test('who goes on to the next portion before the node answers has chosen for the one before', async () => {
  const w = writing(1, 1);
  w.stand(0);
  const first = w.labelling.choose({ classification: 'HIGH' }, STANDARD);
  const second = w.labelling.choose((before) => ({ audience: [...(before.audience ?? []), 'USA'] }), STANDARD);
  w.stand(1);
  await w.answer();
  await first;
  await w.answer();
  await second;
  expect(w.marks()).toEqual(['HIGH', '-']);
  expect(w.asked[1]?.[0]).toEqual({ ...STANDARD, classification: 'HIGH', audience: ['NZL', 'USA'] });
});

test('as above is the choice of the portion above for its words in the same place, asked of the node', async () => {
  const w = writing(2, 2);
  const chosen: Choice = { policy: 'P', classification: 'HIGH', audience: ['NZL', 'USA'], eyes: false, codewords: ['ONE'], handling: [] };
  w.given(describe(chosen));
  w.stand(1, 1);
  const done = w.labelling.chooseAsAbove(STANDARD);
  await w.answer();
  await done;
  expect(w.marks()).toEqual(['HIGH HIGH', '- HIGH']);
  expect(w.asked).toEqual([[chosen]]);
});

test('as above waits for the label that the portion above is still being given', async () => {
  const w = writing(1, 1);
  w.stand(0);
  const first = w.labelling.choose({ classification: 'HIGH' }, STANDARD);
  w.stand(1);
  const second = w.labelling.chooseAsAbove(STANDARD);
  await w.answer();
  await first;
  await w.answer();
  await second;
  expect(w.marks()).toEqual(['HIGH', 'HIGH']);
});

test('where nothing above has a sound label in the same place nothing is asked, and that is said', async () => {
  const faulty = describe(STANDARD, ['unknown']);
  for (const [given, portion, variant] of [[null, 1, 0], [faulty, 1, 0], [describe(STANDARD), 0, 0], [describe(STANDARD), 1, 1]] as const) {
    const w = writing(1, 2);
    w.given(given);
    w.stand(portion, variant);
    await w.labelling.chooseAsAbove(STANDARD);
    expect([w.asked, w.said.nothing]).toEqual([[], 1]);
    expect(w.marks()[1]).toBe('- -');
  }
});

test('a nation that is ticked for several texts is in each of them, whichever had it; and out of each', async () => {
  const w = writing(1, 1);
  w.given(describe({ ...STANDARD, audience: ['NZL', 'USA'] }));
  w.selectAll();
  for (const [ticked, after] of [[true, ['NZL', 'USA']], [false, ['NZL']]] as const) {
    const done = w.labelling.choose((before) => ({ audience: put(before.audience, 'USA', ticked) }), STANDARD);
    await w.answer();
    await done;
    expect(w.audiences()).toEqual([after, after]);
  }
});
