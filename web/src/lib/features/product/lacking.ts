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

export interface Reason {
  why: string;
  members: string[];
  /** `variant` 0: the portion has one wording alone. Else who lacks it may have another. */
  lines: { tag: string; variant: number }[];
}

/** Each reason once, with the portions that it is about. */
export function reasons(withheld: readonly Withheld[], members: readonly string[]): Reason[] {
  const lines = lacking(withheld, members);
  const several = new Set(withheld.filter((line) => line.wordings > 1).map((line) => line.tag));
  const found = new Map<string, Reason>();
  for (const { tag, variant, why, members: whose } of lines) {
    const key = JSON.stringify([why, whose]);
    const reason = found.get(key) ?? { why, members: whose, lines: [] };
    reason.lines.push({ tag, variant: several.has(tag) ? variant : 0 });
    found.set(key, reason);
  }
  return [...found.values()];
}
