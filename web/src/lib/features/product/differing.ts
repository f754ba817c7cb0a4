// SPDX-License-Identifier: Apache-2.0
// Where texts of one product differ from it as it was written: by what is shown of them, portion by portion.
import type { Schemas } from '$lib/api';

type Portion = Pick<Schemas['RenditionPortion'], 'tag' | 'body'>;

export interface Text {
  members: readonly string[];
  portions: readonly Portion[];
}

/** Of one portion as it was written: whose text has other words for it, and whose has nothing of it. */
export interface Differing {
  other: string[];
  without: string[];
}

const saidIn = (portions: readonly Portion[]) => new Map(portions.map((one) => [one.tag, JSON.stringify(one.body)]));

/** By tag, in the order in which they were written; portions that everybody has as they are stand in it not at all. */
export function findDiffering(written: readonly Portion[], texts: readonly Text[]): Map<string, Differing> {
  const found = new Map<string, Differing>();
  const said = texts.map((text) => ({ members: text.members, portions: saidIn(text.portions) }));
  for (const [tag, words] of saidIn(written)) {
    const other = said.filter((text) => text.portions.has(tag) && text.portions.get(tag) !== words).flatMap((text) => text.members);
    const without = said.filter((text) => !text.portions.has(tag)).flatMap((text) => text.members);
    if (other.length || without.length) found.set(tag, { other, without });
  }
  return found;
}

/** Tags of a text whose words are others than as written. */
export function findOther(written: readonly Portion[], text: readonly Portion[]): string[] {
  const words = saidIn(written);
  return [...saidIn(text)].filter(([tag, said]) => words.get(tag) !== said).map(([tag]) => tag);
}
