// SPDX-License-Identifier: Apache-2.0
// A product as one document: portions, of each its variants (one label each), of each its wordings (one language each).
import { Schema, type Node } from 'prosemirror-model';
import type { Schemas } from '$lib/api';

export type Label = Schemas['Label'];
export type Described = Schemas['Described'];
export type Body = Schemas['DraftVariant']['body'];
export type Field = NonNullable<Schemas['DraftVariant']['fields']>[number];
export type Source = NonNullable<Schemas['DraftPortion']['sources']>[number];

/**
 * What a variant carries. `label` null: NOT LABELLED. `join`: labels whose one label the node is asked for; until it has
 * answered the variant has none. `given`: a saved label that the node gives no meaning, kept as it was.
 */
export interface VariantAttrs {
  label: Described | null;
  join: readonly Label[] | null;
  given: Label | null;
  fields: readonly Field[];
}

export interface PortionAttrs {
  kind: string;
  tag: string;
  sources: readonly Source[];
}

export const schema = new Schema({
  nodes: {
    doc: { content: 'portion+' },
    portion: {
      content: 'variant+',
      attrs: { kind: { default: 'paragraph' }, tag: { default: '' }, sources: { default: [] } },
      toDOM: () => ['section', 0]
    },
    variant: {
      content: 'wording+ | other',
      attrs: { label: { default: null }, join: { default: null }, given: { default: null }, fields: { default: [] } },
      toDOM: () => ['div', 0]
    },
    wording: {
      content: 'text*',
      marks: '',
      code: true,
      attrs: { lang: { default: 'en' }, status: { default: 'original' } },
      toDOM: (node) => {
        const lang = (node.attrs as { lang: string }).lang;
        return ['div', { class: 'wording', lang, dir: 'auto', 'data-lang': lang }, 0];
      }
    },
    other: { atom: true, selectable: true, attrs: { body: {} }, toDOM: () => ['div'] },
    text: {}
  }
});

const { portion, variant, wording, other } = schema.nodes as Record<'portion' | 'variant' | 'wording' | 'other', NonNullable<(typeof schema.nodes)[string]>>;
export const types = { portion, variant, wording, other };

export const attrsOf = (node: Node): VariantAttrs => node.attrs as VariantAttrs;
export const portionOf = (node: Node): PortionAttrs => node.attrs as PortionAttrs;

/** A label that has a meaning, and no fault. */
export function isSound(label: Described | null | undefined): label is Described {
  return label?.faults.length === 0;
}

const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ';

/** A portion's name, drawn at random: a counter would tell readers of what they don't get. */
export function drawTag(taken: ReadonlySet<string>): string {
  for (;;) {
    const drawn = crypto.getRandomValues(new Uint8Array(taken.size < 100 ? 2 : 3));
    const tag = [...drawn].map((b) => LETTERS[b % LETTERS.length]).join('');
    if (!taken.has(tag)) return tag;
  }
}

export function tagsOf(doc: Node): Set<string> {
  const found = new Set<string>();
  doc.forEach((node) => void found.add(portionOf(node).tag));
  return found;
}

/** A text without words and without a label. */
export function makeVariant(lang: string, text = ''): Node {
  return types.variant.create(null, types.wording.create({ lang }, text ? schema.text(text) : null));
}

export function makePortion(tag: string, kind: string, ...variants: Node[]): Node {
  return types.portion.create({ kind, tag }, variants);
}

export function isEmpty(node: Node): boolean {
  if (node.type === types.other || (node.isText && node.text?.trim())) return false;
  return node.children.every(isEmpty);
}
