// SPDX-License-Identifier: Apache-2.0
// A draft as it is written. Labels are the node's: a writer chooses, the node makes the label and says what it means.
import { api, ask, type Schemas } from '$lib/api';
import { lang } from '$lib/i18n';

export interface Wording {
  lang: string;
  text: string;
}

/** `described` undefined: not labelled, and so not to be filed. */
export interface Variant {
  wordings: Wording[];
  described: Schemas['Described'] | undefined;
}

export interface Portion {
  id: number;
  kind: string;
  variants: Variant[];
}

export const KINDS = ['report', 'warning', 'tearline', 'document'] as const;
export const PRECEDENCES = ['ROUTINE', 'PRIORITY', 'IMMEDIATE', 'FLASH'] as const;
export const PORTIONS = ['title', 'lead', 'paragraph', 'assessment', 'source', 'remark'] as const;

export class Draft {
  id = crypto.randomUUID();
  kind: string = $state('report');
  precedence: string = $state('ROUTINE');
  action: string = $state('');
  info: string = $state('');
  portions: Portion[] = $state([]);
  #next = 1;

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
    return this.portions.every((p) => p.variants.every((v) => v.wordings.every((w) => !w.text.trim())));
  }

  labels(): Schemas['Label'][] {
    return this.portions.flatMap((p) => p.variants.flatMap((v) => (v.described ? [v.described.label] : [])));
  }

  /** In the API's shape. A text without a label carries one that reaches nobody and can't be filed. */
  body(): Schemas['DraftProduct'] {
    const none = { policy: this.policy, classification: '' } as Schemas['Label'];
    return {
      kind: this.kind,
      precedence: this.precedence,
      policy: this.policy,
      action: posts(this.action),
      info: posts(this.info),
      portions: this.portions.map((p) => ({
        kind: p.kind,
        variants: p.variants.map((v) => ({
          label: v.described?.label ?? none,
          body: { type: 'text' as const, wordings: v.wordings.filter((w) => w.text.trim()).map((w) => ({ lang: w.lang, text: w.text })) }
        }))
      }))
    };
  }

  /** Take over a saved draft; its labels are described by the node again. */
  async take(id: string, saved: Schemas['DraftProduct']): Promise<void> {
    const labels = saved.portions.flatMap((p) => p.variants.map((v) => v.label));
    const known = labels.filter((l) => l.classification);
    const items = known.length ? (await ask(api.POST('/api/labels/describe', { body: { labels: known, lang: lang() } }))).items : [];
    const described = new Map(known.map((label, n) => [label, items[n] as Schemas['Described']]));
    this.id = id as typeof this.id;
    [this.kind, this.precedence] = [saved.kind, saved.precedence];
    [this.action, this.info] = [(saved.action ?? []).join(', '), (saved.info ?? []).join(', ')];
    this.portions = saved.portions.map((p) => ({
      id: this.#next++,
      kind: p.kind,
      variants: p.variants.map((v) => ({ described: described.get(v.label), wordings: wordingsOf(v.body) }))
    }));
  }
}

export function blank(): Variant {
  return { wordings: [{ lang: lang(), text: '' }], described: undefined };
}

function wordingsOf(body: Schemas['DraftVariant']['body']): Wording[] {
  if (body.type !== 'text' || !body.wordings.length) return [{ lang: lang(), text: '' }];
  return body.wordings.map((w) => ({ lang: w.lang, text: w.text }));
}

function posts(text: string): string[] {
  return text.split(',').map((p) => p.trim().toUpperCase()).filter(Boolean);
}
