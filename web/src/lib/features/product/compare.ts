// SPDX-License-Identifier: Apache-2.0
// What the node says of several products' fields, laid out as a table: a row a field, a column a product.
import type { Schemas } from '$lib/api';

type Comparison = Schemas['ComparedOut']['items'][number];
type Statement = Comparison['statements'][number];
export type Column = Schemas['ProductOut'];

export interface Cell {
  statement: Statement;
  mark: string;
}

export interface Row {
  name: string;
  verdict: string;
  spread: string;
  /** One list for each column, in its order; empty where the product states nothing. */
  cells: Cell[][];
}

export function layOut(items: readonly Comparison[], columns: readonly Column[]): Row[] {
  return items.map((item) => ({
    name: item.name,
    verdict: item.verdict,
    spread: item.spread ?? '',
    cells: columns.map((column) =>
      item.statements
        .filter((s) => s.reference === column.reference && s.originator === column.originator)
        .map((statement) => ({ statement, mark: column.portions.find((p) => p.tag === statement.tag)?.mark ?? '' }))
    )
  }));
}
