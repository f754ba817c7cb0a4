// SPDX-License-Identifier: Apache-2.0
// Why members that hold the same text lack a line of it: one line for all to whom the same reason applies.
import type { Schemas } from '$lib/api';

type Withheld = Schemas['WithheldOut'];

export interface Lacking {
  tag: string;
  variant: number;
  why: string;
  /** Whom this reason is about. Empty: all of them alike. */
  members: string[];
}

/** In the order of the product. Members of one text may lack a line for different reasons. */
export function lacking(withheld: readonly Withheld[], members: readonly string[]): Lacking[] {
  const found = new Map<string, Lacking>();
  for (const { tag, variant, why, member } of withheld.filter((w) => members.includes(w.member))) {
    const key = JSON.stringify([tag, variant, why]);
    const line = found.get(key) ?? { tag, variant, why, members: [] };
    line.members.push(member);
    found.set(key, line);
  }
  return [...found.values()].map((line) => (line.members.length === members.length ? { ...line, members: [] } : line));
}
