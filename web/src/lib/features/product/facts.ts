// SPDX-License-Identifier: Apache-2.0
// What a rendition states about itself, picked out of its portions: nothing is guessed from prose.
import type { Schemas } from '$lib/api';
import { t, type Key } from '$lib/i18n';

type Portion = Schemas['RenditionPortion'];
type Field = Schemas['Field'];

export interface Facts {
  times: { portion: Portion; field: Field }[];
  values: { portion: Portion; field: Field }[];
  positions: Portion[];
  sources: Portion[];
  gradings: Portion[];
}

export function readFacts(portions: readonly Portion[]): Facts {
  const fields = portions.flatMap((portion) => (portion.fields ?? []).map((field) => ({ portion, field })));
  return {
    times: fields.filter((f) => f.field.compare === 'time'),
    values: fields.filter((f) => f.field.compare !== 'time' && f.field.name !== 'symbol'),
    positions: portions.filter((p) => p.body.type === 'position'),
    sources: portions.filter((p) => p.kind === 'source'),
    gradings: portions.filter((p) => p.body.type === 'grading')
  };
}

export function isEmpty(facts: Facts): boolean {
  return Object.values(facts).every((list: unknown[]) => list.length === 0);
}

/** A field's name in the reader's words; one that has none here as it is written: `crew_count` is "crew count". */
export function wordsOf(name: string): string {
  const words = t(`product.field_${name}` as Key);
  return words === `product.field_${name}` ? name.replaceAll('_', ' ') : words;
}
