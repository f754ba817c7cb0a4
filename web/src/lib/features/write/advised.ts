// SPDX-License-Identifier: Apache-2.0
// The node's suggestions as they are shown: the first few, alternatives together as the node says that they are some.
import type { Schemas } from '$lib/api';

type Advised = Schemas['Advised'];
const SHOWN = 4;

export function grouped(suggestions: readonly Advised[]): Advised[][] {
  const groups = new Map<number, Advised[]>();
  for (const one of suggestions.slice(0, SHOWN)) groups.set(one.either, [...(groups.get(one.either) ?? []), one]);
  return [...groups.values()];
}
