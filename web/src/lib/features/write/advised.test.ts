// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from '$lib/api';
import { distinct } from './advised';

const advised = (members: string[], tags: string[], mark = '(N)') => ({ members, tags, labels: tags.map(() => ({ mark })) }) as unknown as Schemas['Advised'];

test('of suggestions that overlap in content the one that says more is shown', () => {
  const title = advised(['USA'], ['BV']);
  const both = advised(['USA'], ['BV', 'FA']);
  expect(distinct([title, both])).toEqual([both]);
  expect(distinct([both, both])).toEqual([both]);
});

test('another label, or members that the other does not reach, is another suggestion', () => {
  const low = advised(['USA'], ['BV'], '(U)');
  const both = advised(['USA'], ['BV', 'FA']);
  const wider = advised(['GBR', 'USA'], ['BV']);
  expect(distinct([low, both, wider])).toEqual([low, both, wider]);
});
