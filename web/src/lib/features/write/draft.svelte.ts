// SPDX-License-Identifier: Apache-2.0
// A draft as it is written. Labels are the node's: a writer chooses, the node makes the label and says what it means.
import type { Schemas } from '$lib/api';
import { lang } from '$lib/i18n';

export interface Wording {
  lang: string;
  text: string;
}

/** `described` undefined: not labelled, and so not to be filed. */
export interface Variant {
  wordings: Wording[];
  described: Schemas['Described'] | undefined;
  /** As it was saved: what this editor has no field for yet (tables, positions, typed values) stays as it is. */
  kept?: Schemas['DraftVariant'];
}

export interface Portion {
  id: number;
  kind: string;
  variants: Variant[];
  kept?: Schemas['DraftPortion'];
}

/** Not a text: shown, and kept, but not edited here. */
export function isOther(variant: Variant): boolean {
  return variant.kept !== undefined && variant.kept.body.type !== 'text';
}

export const KINDS = ['report', 'warning', 'tearline', 'document'] as const;
export const PRECEDENCES = ['ROUTINE', 'PRIORITY', 'IMMEDIATE', 'FLASH'] as const;
export const PORTIONS = ['title', 'lead', 'paragraph', 'assessment', 'source', 'remark'] as const;

type Describe = (labels: Schemas['Label'][]) => Promise<Schemas['Described'][]>;

export class Draft {
  id = crypto.randomUUID();
  kind: string = $state('report');
  precedence: string = $state('ROUTINE');
  action: string = $state('');
  info: string = $state('');
  portions: Portion[] = $state([]);
  #next = 1;
  #kept: Schemas['DraftProduct'] | undefined;

  constructor(readonly policy: string) {
    this.add('title');
    this.add('paragraph');
  }

  add(kind = 'paragraph', after = this.portions.length - 1): void {
    const made: Portion = { id: this.#next++, kind, variants: [blank()] };
    this.portions.splice(after + 1, 0, made);
  }

  remove(id: number): void {
    this.portions = this.portions.filter((p) => p.id !== id);
  }

  get labelled(): boolean {
    return this.portions.every((p) => p.variants.every((v) => v.described && v.described.faults.length === 0));
  }

  get empty(): boolean {
    return this.portions.every((p) => p.variants.every((v) => !isOther(v) && v.wordings.every((w) => !w.text.trim())));
  }

  labels(): Schemas['Label'][] {
    return this.portions.flatMap((p) => p.variants.flatMap((v) => (v.described ? [v.described.label] : [])));
  }

  /** In the API's shape. A text without a label carries one that reaches nobody and can't be filed. */
  body(): Schemas['DraftProduct'] {
    const none = { policy: this.policy, classification: '' } as Schemas['Label'];
    return {
      ...this.#kept,
      kind: this.kind,
      precedence: this.precedence,
      policy: this.#kept?.policy ?? this.policy,
      action: posts(this.action),
      info: posts(this.info),
      portions: this.portions.map((p) => ({
        ...p.kept,
        kind: p.kind,
        variants: p.variants.map((v) => ({ ...v.kept, label: v.described?.label ?? v.kept?.label ?? none, body: bodyOf(v) }))
      }))
    };
  }

  /** Take over a saved draft; the node describes its labels again. */
  async take(id: string, saved: Schemas['DraftProduct'], describe: Describe): Promise<void> {
    const labels = saved.portions.flatMap((p) => p.variants.map((v) => v.label));
    const known = labels.filter((l) => l.classification);
    const items = known.length ? await describe(known) : [];
    const described = new Map(known.map((label, n) => [label, items[n]]));
    this.id = id as typeof this.id;
    this.#kept = saved;
    [this.kind, this.precedence] = [saved.kind, saved.precedence];
    [this.action, this.info] = [(saved.action ?? []).join(', '), (saved.info ?? []).join(', ')];
    this.portions = saved.portions.map((p) => ({
      id: this.#next++,
      kind: p.kind,
      kept: p,
      variants: p.variants.map((v) => ({ kept: v, described: described.get(v.label), wordings: wordingsOf(v.body) }))
    }));
  }
}

export function blank(): Variant {
  return { wordings: [{ lang: lang(), text: '' }], described: undefined };
}

/** A wording keeps its status where its language stands as it was. */
function bodyOf(variant: Variant): Schemas['DraftVariant']['body'] {
  const kept = variant.kept?.body;
  if (kept && kept.type !== 'text') return kept;
  const before = kept?.wordings ?? [];
  const wordings = variant.wordings
    .filter((w) => w.text.trim())
    .map((w) => ({ ...before.find((k) => k.lang === w.lang), lang: w.lang, text: w.text }));
  return { type: 'text', wordings };
}

function wordingsOf(body: Schemas['DraftVariant']['body']): Wording[] {
  if (body.type !== 'text' || !body.wordings.length) return [{ lang: lang(), text: '' }];
  return body.wordings.map((w) => ({ lang: w.lang, text: w.text }));
}

function posts(text: string): string[] {
  return text.split(',').map((p) => p.trim().toUpperCase()).filter(Boolean);
}
