// SPDX-License-Identifier: Apache-2.0
// Joins raise and never lower: words never stand under another label than theirs, whatever is done to the document.
import { history } from 'prosemirror-history';
import type { Node } from 'prosemirror-model';
import { AllSelection, EditorState, TextSelection, type Command } from 'prosemirror-state';
import { expect, test } from 'vitest';
import { backward, enter, forward, join, movePortion, redo, removePiece, splitPortion, startOf, undo } from './editing';
import { guard, setLabel } from './guard';
import { paste, paragraphsOf } from './paste';
import { attrsOf, makePortion, makeVariant, schema, types, type Described } from './schema';

const described = (name: string) => ({ label: { policy: 'P', classification: name }, faults: [], choice: {} }) as unknown as Described;
const LABELS = { H: described('HIGH'), L: described('LOW') };

function start(...texts: [keyof typeof LABELS | '', string][]): EditorState {
  const portions = texts.map(([label, text], n) => {
    const variant = makeVariant('en', text);
    const labelled = types.variant.create({ label: label ? LABELS[label] : null }, variant.content);
    return makePortion(`T${String.fromCharCode(65 + n)}`, 'paragraph', labelled);
  });
  const doc = schema.topNodeType.create(null, portions);
  return EditorState.create({ doc, plugins: [history({ newGroupDelay: 0 }), guard()] });
}

function run(state: EditorState, command: Command): EditorState {
  let next = state;
  command(state, (tr) => (next = state.apply(tr)));
  return next;
}

const at = (state: EditorState, portion: number, offset: number) => startOf(state.doc, portion) + 3 + offset;
const select = (state: EditorState, from: number, to = from) => state.apply(state.tr.setSelection(TextSelection.create(state.doc, from, to)));
const erase: Command = (state, dispatch) => (dispatch?.(state.tr.deleteSelection()), true);

/** Text and label (or what is asked to be joined) of every variant. */
function read(state: EditorState): [string, string][] {
  const out: [string, string][] = [];
  state.doc.descendants((node) => {
    if (node.type === types.variant) out.push([node.textContent, nameOf(node)]);
    return node.type !== types.variant;
  });
  return out;
}

function nameOf(node: Node): string {
  const { label, join: labels } = attrsOf(node);
  return label?.label.classification ?? (labels ? labels.map((l) => l.classification).sort().join('+') : 'none');
}

test('two portions of different labels, joined: no label until the node has joined theirs', () => {
  const state = run(start(['L', 'low'], ['H', 'high']), (s, d) => join(s, 0, d));
  expect(read(state)).toEqual([['lowhigh', 'HIGH+LOW']]);
});

test('two portions of one label keep it; one without a label takes the label away', () => {
  expect(read(run(start(['L', 'a'], ['L', 'b']), (s, d) => join(s, 0, d)))).toEqual([['ab', 'LOW']]);
  expect(read(run(start(['L', 'a'], ['', 'b']), (s, d) => join(s, 0, d)))).toEqual([['ab', 'none']]);
});

test('backspace and delete join; what is erased over two portions joins what is left', () => {
  const two = start(['L', 'low'], ['H', 'high']);
  expect(read(run(select(two, at(two, 1, 0)), backward))).toEqual([['lowhigh', 'HIGH+LOW']]);
  expect(read(run(select(two, at(two, 0, 3)), forward))).toEqual([['lowhigh', 'HIGH+LOW']]);
  expect(read(run(select(two, at(two, 0, 1), at(two, 1, 2)), erase))).toEqual([['lgh', 'HIGH+LOW']]);
});

test('where only words of the second are left, they keep their label in the first one’s place', () => {
  const two = start(['L', 'low'], ['H', 'high']);
  expect(read(run(select(two, at(two, 0, 0), at(two, 1, 2)), erase))).toEqual([['gh', 'HIGH']]);
});

test('undo gives both texts their labels back, and redo joins again', () => {
  const joined = run(start(['L', 'low'], ['H', 'high']), (s, d) => join(s, 0, d));
  const undone = run(joined, undo);
  expect(read(undone)).toEqual([['low', 'LOW'], ['high', 'HIGH']]);
  expect(read(run(undone, redo))).toEqual([['lowhigh', 'HIGH+LOW']]);
});

test('split keeps the label on both halves; enter twice at the end begins one without', () => {
  const one = start(['H', 'one two']);
  expect(read(run(select(one, at(one, 0, 4)), splitPortion))).toEqual([['one ', 'HIGH'], ['two', 'HIGH']]);
  const once = run(select(one, at(one, 0, 7)), enter);
  expect(read(once)).toEqual([['one two\n', 'HIGH']]);
  expect(read(run(once, enter))).toEqual([['one two', 'HIGH'], ['', 'none']]);
});

test('what is pasted has no label, and takes it from the text it is pasted into', () => {
  const one = start(['H', 'one']);
  const put = (text: string): Command => (s, d) => (d?.(paste(s, text) as never), true);
  expect(read(run(select(one, at(one, 0, 3)), put(' more')))).toEqual([['one more', 'none']]);
  expect(read(run(select(one, at(one, 0, 3)), put('first\nline\n\nsecond')))).toEqual([['one', 'HIGH'], ['first\nline', 'none'], ['second', 'none']]);
  expect(paragraphsOf('a\r\nb\r\n\r\n  \nc\n')).toEqual(['a\nb', 'c']);
});

test('moving takes the label along', () => {
  const two = start(['L', 'low'], ['H', 'high']);
  expect(read(run(select(two, at(two, 1, 2)), movePortion(-1)))).toEqual([['high', 'HIGH'], ['low', 'LOW']]);
});

/** The node's answer to every join: not a step that undo takes back. */
const settle: Command = (state, dispatch) => {
  const tr = state.tr.setMeta('addToHistory', false);
  state.doc.descendants((node, pos) => {
    if (node.type === types.variant && attrsOf(node).join) setLabel(tr, pos, { label: LABELS.H, join: null });
    return node.type === types.portion;
  });
  if (tr.docChanged) dispatch?.(tr);
  return true;
};

/** Each letter is one of a kind, so that it can be followed. */
function draw(seed: number): () => number {
  let now = seed * 2654435761 + 1;
  return () => ((now = (now * 1103515245 + 12345) & 0x7fffffff), now / 0x7fffffff);
}

test('in 200 drawn histories of edits no letter is ever under a lower label than its own', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = draw(seed);
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
    let char = 0xe000;
    const word = () => Array.from({ length: 1 + Math.floor(random() * 4) }, () => String.fromCharCode(char++)).join('');
    let state = start(...Array.from({ length: 4 }, () => [pick(['H', 'L', 'L'] as const), word()] as ['H' | 'L', string]));
    const origin = new Map<string, string>();
    for (const [text, label] of read(state)) for (const c of text) origin.set(c, label);
    const moves: Command[] = [erase, backward, forward, enter, splitPortion, movePortion(1), movePortion(-1), removePiece, settle, undo, undo, redo, (s, d) => (d?.(s.tr.insertText('x')), true)];
    for (let step = 0; step < 12; step++) {
      const spots = [Math.floor(random() * state.doc.content.size), Math.floor(random() * state.doc.content.size)].sort((a, b) => a - b) as [number, number];
      const selection = random() < 0.05 ? new AllSelection(state.doc) : TextSelection.between(state.doc.resolve(spots[0]), state.doc.resolve(random() < 0.5 ? spots[1] : spots[0]));
      state = state.apply(state.tr.setSelection(selection));
      state = run(state, pick(moves));
      state.doc.check();
      for (const [text, label] of read(state)) {
        for (const c of text) if (origin.get(c) === 'HIGH') expect([seed, step, label]).not.toEqual([seed, step, 'LOW']);
      }
    }
  }
});
