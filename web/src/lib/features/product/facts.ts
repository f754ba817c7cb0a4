// SPDX-License-Identifier: Apache-2.0
// What a rendition states about itself, picked out of its portions: nothing is guessed from prose.
import type { Schemas } from '$lib/api';
import { t, type Key } from '$lib/i18n';

type Portion = Schemas['RenditionPortion'];
type Field = Schemas['Field'];

/** Fields of one kind that one portion states: they stand under its mark together. */
export interface Stated {
  portion: Portion;
  fields: Field[];
}

export interface Facts {
  times: Stated[];
  values: Stated[];
  positions: Portion[];
  sources: Portion[];
  gradings: Portion[];
}

export function readFacts(portions: readonly Portion[]): Facts {
  const stated = (wanted: (field: Field, portion: Portion) => boolean): Stated[] =>
    portions.map((portion) => ({ portion, fields: (portion.fields ?? []).filter((field) => wanted(field, portion)) })).filter((one) => one.fields.length > 0);
  return {
    times: stated((field) => field.compare === 'time'),
    values: stated((field, portion) => field.compare !== 'time' && field.name !== 'symbol' && !(field.name === 'position' && portion.body.type === 'position')),
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

/** The unit beside a value, unless the field's name says it: `range_km` is "range (km)". */
export function unitOf({ name, unit }: Pick<Field, 'name' | 'unit'>): string {
  return unit && !name.endsWith(`_${unit}`) ? unit : '';
}
