// SPDX-License-Identifier: Apache-2.0
// A draft in the API's shape as a document, and back. What the document has no place for stays with the draft.
import type { Node } from 'prosemirror-model';
import type { Schemas } from '$lib/api';
import { attrsOf, drawTag, isEmpty, makePortion, makeVariant, portionOf, schema, types, type Body, type Described, type Label } from './schema';

type Saved = Schemas['DraftPortion'];
export type Describe = (labels: Label[]) => Promise<Described[]>;

/** One a portion: the title, and a paragraph to begin with. */
export function blankDoc(lang: string): Node {
  const title = makePortion(drawTag(new Set()), 'title', makeVariant(lang));
  const tag = drawTag(new Set([title.attrs.tag as string]));
  return schema.topNodeType.create(null, [title, makePortion(tag, 'paragraph', makeVariant(lang))]);
}

export function labelsOf(portions: readonly Saved[]): Label[] {
  const known = new Map<string, Label>();
  for (const { label } of portions.flatMap((p) => p.variants)) if (label.classification) known.set(JSON.stringify(label), label);
  return [...known.values()];
}

/** The document of saved portions; `meanings` by the label's JSON, as the node described them. */
export function toDoc(portions: readonly Saved[], meanings: ReadonlyMap<string, Described>, lang: string): Node {
  const taken = new Set(portions.map((p) => p.tag ?? ''));
  const nodes = portions.map((saved) => {
    const tag = saved.tag || drawTag(taken);
    taken.add(tag);
    const variants = saved.variants.map((v) => {
      const label = meanings.get(JSON.stringify(v.label)) ?? null;
      const given = label || !v.label.classification ? null : v.label;
      return types.variant.create({ label, given, join: null, fields: v.fields ?? [] }, contentOf(v.body, lang));
    });
    const attrs = { kind: saved.kind, tag, sources: saved.sources ?? [] };
    return types.portion.create(attrs, variants.length ? variants : [makeVariant(lang)]);
  });
  return nodes.length ? schema.topNodeType.create(null, nodes) : blankDoc(lang);
}

function contentOf(body: Body, lang: string): Node[] {
  if (body.type !== 'text') return [types.other.create({ body })];
  if (!body.wordings.length) return [types.wording.create({ lang })];
  return body.wordings.map((w) => types.wording.create({ lang: w.lang, status: w.status ?? 'original' }, w.text ? schema.text(w.text) : null));
}

/** Portions as the API takes them. A text without a label carries one that reaches nobody and can't be filed. */
export function toPortions(doc: Node, policy: string): Saved[] {
  const out: Saved[] = [];
  doc.forEach((node) => {
    const { kind, tag, sources } = portionOf(node);
    const variants = node.children.map((v) => {
      const { label, given, fields } = attrsOf(v);
      const none = { policy, classification: '' } as Label;
      return { label: label?.label ?? given ?? none, body: bodyOf(v), fields: [...fields] };
    });
    out.push({ kind, tag, sources: [...sources], variants });
  });
  return out;
}

/** What a variant says, in the API's shape. */
export function bodyOf(variant: Node): Body {
  const first = variant.firstChild;
  if (first?.type === types.other) return first.attrs.body as Body;
  const wordings = variant.children.filter((w) => w.textContent.trim());
  return { type: 'text', wordings: wordings.map((w) => ({ lang: w.attrs.lang as string, status: w.attrs.status as string, text: w.textContent })) };
}

/** Whether every text has a label that the node finds nothing wrong with. A portion without words is left out when filing. */
export function isLabelled(doc: Node): boolean {
  return doc.children.every((p) => isIdle(p) || p.children.every((v) => attrsOf(v).label?.faults.length === 0));
}

/** Nothing written in it: the empty paragraph below the last, a template's portion that was left alone. It is saved, and not filed. */
export function isIdle(portion: Node): boolean {
  return portionOf(portion).kind !== 'title' && portion.childCount === 1 && isEmpty(portion);
}

/** Every label that is shown, each once. */
export function shownLabels(doc: Node): Label[] {
  const found = new Set<Label>();
  doc.forEach((portion) =>
    portion.forEach((variant) => {
      const { label } = attrsOf(variant);
      if (label && label.faults.length === 0) found.add(label.label);
    })
  );
  return [...new Map([...found].map((label) => [JSON.stringify(label), label])).values()];
}

/** What a kind begins with: its portions in order, each under the writer's default label. Bodies that say nothing yet are texts. */
export function templateDoc(template: Schemas['Template'], lang: string): Node {
  const taken = new Set<string>();
  const nodes = template.portions.map(({ kind, form, label }) => {
    const tag = drawTag(taken);
    taken.add(tag);
    const unjudged: Body = { type: 'grading', reliability: 'F', credibility: 6 };
    const content = form === 'grading' ? types.other.create({ body: unjudged }) : types.wording.create({ lang });
    return types.portion.create({ kind, tag }, types.variant.create({ label: label as Described }, content));
  });
  return schema.topNodeType.create(null, nodes);
}
