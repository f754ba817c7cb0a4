// SPDX-License-Identifier: Apache-2.0
// A change of what was chosen for a label. Said as what becomes of the choice before, it holds whatever is still being asked.
import type { Schemas } from '$lib/api';

type Choice = Schemas['Choice'];

/** What changes; or what changes by what was chosen before. */
export type Change = Partial<Choice> | ((before: Choice) => Partial<Choice>);

export function changed(before: Choice, change: Change): Choice {
  return { ...before, ...(typeof change === 'function' ? change(before) : change) };
}

/** Taken out where it stands, else put behind. */
export function flip(list: readonly string[] | undefined, code: string): string[] {
  const before = list ?? [];
  return before.includes(code) ? before.filter((one) => one !== code) : [...before, code];
}

/** With it or without it, wherever it stood. */
export function put(list: readonly string[] | undefined, code: string, wanted: boolean): string[] {
  const before = list ?? [];
  return before.includes(code) === wanted ? [...before] : flip(before, code);
}
