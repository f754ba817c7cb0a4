// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from '$lib/api';
import { blankDoc, isLabelled, labelsOf, toDoc } from './convert';
import { Draft } from './draft.svelte';
import type { Described } from './schema';

const label = { policy: 'EXERCISE KOR', classification: 'DAEOEBI' } as Schemas['Label'];
const MEANING = { faults: [], mark: 'm', banner: 'b', color: '#000000', ink: '#ffffff', members: [] };
const SAVED: Schemas['DraftProduct'] = {
  kind: 'event',
  precedence: 'PRIORITY',
  policy: 'EXERCISE KOR',
  action: ['KOR-WATCH'],
  info: [],
  required: ['AB'],
  declared: 'unaltered',
  dtg: 7,
  portions: [
    { kind: 'title', tag: 'AB', sources: [], variants: [{ label, fields: [], body: { type: 'text', wordings: [{ lang: 'ko', text: '제목', status: 'official' }] } }] },
    { kind: 'table', tag: 'CD', sources: [{ key: 'USA.1', tag: 'EF' }], variants: [{ label, fields: [{ name: 'range', value: '1' }], body: { type: 'table', rows: [['range', '1 km']] } }] }
  ]
};

test('a draft that was made elsewhere is opened and comes out as it was', () => {
  const choice = { policy: label.policy, classification: label.classification };
  const meanings = new Map(labelsOf(SAVED.portions).map((l) => [JSON.stringify(l), { ...MEANING, choice, label: l } as Described]));
  const draft = new Draft('EXERCISE KOR');
  draft.take('one', SAVED);
  const doc = toDoc(SAVED.portions, meanings, 'en');
  expect(draft.body(doc)).toEqual(SAVED);
  expect(isLabelled(doc)).toBe(true);
});

test('a label that the node gives no meaning stays as it was, and is no label', () => {
  const draft = new Draft('EXERCISE KOR');
  draft.take('one', SAVED);
  const doc = toDoc(SAVED.portions, new Map(), 'en');
  expect(draft.body(doc)).toEqual(SAVED);
  expect(isLabelled(doc)).toBe(false);
});

test('the empty paragraph below is saved, and not filed; tags are drawn and distinct', () => {
  const draft = new Draft('EXERCISE KOR');
  const doc = blankDoc('en');
  const tags = draft.body(doc).portions.map((p) => p.tag);
  expect(new Set(tags).size).toBe(2);
  expect(draft.filed(doc).portions.map((p) => p.kind)).toEqual(['title']);
});
