// SPDX-License-Identifier: Apache-2.0
// A draft's head: what it is, how urgent, and for which posts. Its portions are the document's.
import type { Node } from 'prosemirror-model';
import type { Schemas } from '$lib/api';
import { isIdle, toPortions } from './convert';

type Saved = Schemas['DraftProduct'];

export const KINDS = ['report', 'warning', 'tearline', 'document', 'event', 'indicators'] as const;
export const PRECEDENCES = ['ROUTINE', 'PRIORITY', 'IMMEDIATE', 'FLASH'] as const;
export const PORTIONS = ['title', 'lead', 'paragraph', 'heading', 'assessment', 'time', 'source', 'remark', 'citation'] as const;

export class Draft {
  id: string = $state(crypto.randomUUID());
  kind: string = $state('report');
  precedence: string = $state('ROUTINE');
  action: string = $state('');
  info: string = $state('');
  /** As it was saved: what this screen has no field for stays as it is. */
  kept: Saved | undefined;

  constructor(readonly policy: string) {}

  /** Take over the head of a saved draft. */
  take(id: string, saved: Saved): void {
    this.id = id;
    this.kept = saved;
    [this.kind, this.precedence] = [saved.kind, saved.precedence];
    [this.action, this.info] = [(saved.action ?? []).join(', '), (saved.info ?? []).join(', ')];
  }

  /** The whole draft in the API's shape. */
  body(doc: Node): Saved {
    const policy = this.kept?.policy ?? this.policy;
    return {
      ...this.kept,
      kind: this.kind,
      precedence: this.precedence,
      policy,
      action: posts(this.action),
      info: posts(this.info),
      portions: toPortions(doc, policy)
    };
  }

  /** As it would be filed: the empty paragraph at the end is no portion. */
  filed(doc: Node): Saved {
    const body = this.body(doc);
    return { ...body, portions: body.portions.filter((_, n) => !isIdle(doc.child(n))) };
  }
}

function posts(text: string): string[] {
  return text.split(/[,;\s]+/).map((p) => p.trim().toUpperCase()).filter(Boolean);
}
