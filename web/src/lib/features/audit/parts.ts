// SPDX-License-Identifier: Apache-2.0
// A long range is taken in several files, each of which verifies on its own; together they follow without a gap.

/** The node's limit of one file. */
export const PART_ENTRIES = 50_000;

export interface Part {
  start: number;
  end: number;
}

export function partsOf(start: number, end: number, size = PART_ENTRIES): Part[] {
  const parts: Part[] = [];
  for (let at = start; at < end; at += size) parts.push({ start: at, end: Math.min(end, at + size) });
  return parts;
}
