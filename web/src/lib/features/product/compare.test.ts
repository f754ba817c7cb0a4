// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { layOut, type Column } from './compare';

const column = (reference: string, originator: string): Column =>
  ({ reference, originator, portions: [{ tag: 'EC', mark: `(${originator})` }] }) as unknown as Column;

test('each statement stands in the column of its product, under the mark of its portion', () => {
  const statement = (reference: string, originator: string, value: string) => ({ reference, originator, tag: 'EC', value, unit: 'km' });
  const items = [
    { name: 'apogee', verdict: 'conflicts', spread: '48 km', statements: [statement('B', 'JPN', '6000'), statement('C', 'KOR', '6048')] },
    { name: 'range', verdict: 'single', spread: '', statements: [statement('C', 'KOR', '1001')] }
  ];
  const rows = layOut(items, [column('C', 'KOR'), column('B', 'JPN')]);
  expect(rows.map((r) => r.cells.map((c) => c.map((s) => `${s.statement.value} ${s.mark}`)))).toEqual([
    [['6048 (KOR)'], ['6000 (JPN)']],
    [['1001 (KOR)'], []]
  ]);
});
