// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from '$lib/api';
import { Draft } from './draft.svelte';

const label = { policy: 'EXERCISE KOR', classification: 'DAEOEBI' } as Schemas['Label'];
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
    { kind: 'title', tag: 'AB', sources: [], variants: [{ label, body: { type: 'text', wordings: [{ lang: 'ko', text: '제목', status: 'official' }] } }] },
    { kind: 'table', tag: 'CD', sources: [{ key: 'USA.1', tag: 'EF' }], variants: [{ label, fields: [{ name: 'range', value: '1' }], body: { type: 'table', rows: [['range', '1 km']] } }] }
  ]
};

test('a draft that was made elsewhere is opened and comes out as it was', async () => {
  const meaning = { faults: [], mark: 'm', banner: 'b', color: '#000000', ink: '#ffffff', members: [] };
  const choice = { policy: label.policy, classification: label.classification };
  const draft = new Draft('EXERCISE KOR');
  await draft.take('one', SAVED, async (labels) => labels.map((l) => ({ ...meaning, choice, label: l })));
  expect(draft.body()).toEqual(SAVED);
  expect(draft.labelled).toBe(true);
});
