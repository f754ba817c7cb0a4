// SPDX-License-Identifier: Apache-2.0
// The node's list of recalls is by member; on the screen they stand by product, newest first.
import type { Schemas } from '$lib/api';

export interface RecalledProduct {
  key: string;
  reference: string;
  members: string[];
  /** Members whose record says that nothing remains. */
  done: number;
}

export function grouped(rows: readonly Schemas['RecallLine'][]): RecalledProduct[] {
  const by = new Map<string, Map<string, string>>();
  const references = new Map<string, string>();
  for (const row of rows) {
    const members = by.get(row.key) ?? new Map<string, string>();
    members.set(row.member, row.state);
    // What was recalled last stands first.
    by.delete(row.key);
    by.set(row.key, members);
    references.set(row.key, row.reference);
  }
  return [...by].reverse().map(([key, members]) => ({
    key,
    reference: references.get(key) ?? '',
    members: [...members.keys()],
    done: [...members.values()].filter((state) => state === 'destroyed').length
  }));
}
