// SPDX-License-Identifier: Apache-2.0
// Which of the node's suggestions are shown: of those that say the same, the one that says more.
import type { Schemas } from '$lib/api';

type Advised = Schemas['Advised'];

const steps = (advised: Advised) => advised.tags.map((tag, n) => `${tag} ${advised.labels[n]?.mark ?? ''}`);
const within = (few: readonly string[], many: readonly string[]) => few.every((one) => many.includes(one));

/** Without suggestions whose steps all stand in another one that reaches the same members, or more of them. */
export function distinct(suggestions: readonly Advised[]): Advised[] {
  const contains = (other: Advised, one: Advised) => within(one.members, other.members) && within(steps(one), steps(other));
  return suggestions.filter((one, at) => !suggestions.some((other, n) => n !== at && contains(other, one) && (n < at || !contains(one, other))));
}
