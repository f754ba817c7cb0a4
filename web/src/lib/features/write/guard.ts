// SPDX-License-Identifier: Apache-2.0
// Joins raise and never lower. Whatever an edit does (a key, an input method, a selection over portions), words never end up
// under another label than theirs: where words of several labels meet, the variant has none until the node has joined them.
import { Plugin, PluginKey, type EditorState, type Transaction } from 'prosemirror-state';
import { Mapping } from 'prosemirror-transform';
import type { Node } from 'prosemirror-model';
import { attrsOf, types, type Label, type VariantAttrs } from './schema';

export const guardKey = new PluginKey('labels');

/** On a transaction: what it does to labels is meant (a label chosen, pasted words that have none). */
export const MEANT = 'labels-meant';

/** Set with that mark: a variant's label, or that it has none. */
export function setLabel(tr: Transaction, at: number, attrs: Partial<VariantAttrs>): Transaction {
  const node = tr.doc.nodeAt(at);
  if (!node) return tr;
  for (const [name, value] of Object.entries(attrs)) if (node.attrs[name] !== value) tr.setNodeAttribute(at, name, value);
  return tr.setMeta(MEANT, true);
}

export function guard(): Plugin {
  return new Plugin({
    key: guardKey,
    appendTransaction(transactions, before, after) {
      if (!transactions.some((tr) => tr.docChanged) || transactions.some((tr) => tr.getMeta(MEANT))) return null;
      const mapping = new Mapping();
      for (const tr of transactions) mapping.appendMapping(tr.mapping);
      return raise(before, after, mapping);
    }
  });
}

/** Labels of the words that each variant of the new document holds, by its position. */
function raise(before: EditorState, after: EditorState, mapping: Mapping): Transaction | null {
  const held = new Map<number, VariantAttrs[]>();
  eachChanged(before.doc, after.doc, (node, at) => {
    for (const [from, to] of contents(node, at)) {
      const [start, end] = [mapping.map(from, 1), mapping.map(to, -1)];
      if (end <= start) continue;
      eachVariantBetween(after.doc, start, end, (found) => {
        const list = held.get(found) ?? [];
        list.push(attrsOf(node));
        held.set(found, list);
      });
    }
  });
  let tr: Transaction | null = null;
  for (const [at, list] of held) {
    const node = after.doc.nodeAt(at);
    const due = node ? labelFor(list, attrsOf(node)) : null;
    if (due) tr = setLabel(tr ?? after.tr, at, due);
  }
  return tr;
}

/** What the variant must carry instead of `now`; null where it carries that already. Order and repetition say nothing. */
function labelFor(list: readonly VariantAttrs[], now: VariantAttrs): Partial<VariantAttrs> | null {
  const kinds = new Map(list.map((attrs) => [keyOf(attrs), attrs]));
  const [only] = [...kinds.values()];
  if (kinds.size === 1 && only) {
    if (keyOf(only) === keyOf(now)) return null;
    return { label: only.label, join: only.join, given: only.given };
  }
  const joined = new Map<string, Label>();
  for (const { label, join } of kinds.values()) {
    if (!label && !join) return keyOf(now) === NONE ? null : { label: null, join: null, given: null };
    for (const one of join ?? (label ? [label.label] : [])) joined.set(JSON.stringify(one), one);
  }
  return { label: null, join: [...joined.values()], given: null };
}

const NONE = 'none';

function keyOf({ label, join, given }: VariantAttrs): string {
  return label || join || given ? JSON.stringify([label?.label, join, given]) : NONE;
}

/** Variants of the old document where the two differ, a portion on either side included: the same words may stand there twice. */
function eachChanged(before: Node, after: Node, call: (node: Node, at: number) => void): void {
  const start = before.content.findDiffStart(after.content);
  const end = before.content.findDiffEnd(after.content);
  if (start === null || end === null) return;
  const [first, last] = [Math.min(start, end.a), Math.max(start, end.a)].map((at) => before.resolve(at).index(0)) as [number, number];
  before.forEach((portion, offset, index) => {
    if (index >= first - 1 && index <= last + 1) portion.forEach((node, inner) => call(node, offset + 1 + inner));
  });
}

function eachVariantBetween(doc: Node, from: number, to: number, call: (at: number) => void): void {
  doc.nodesBetween(from, Math.min(to, doc.content.size), (node, at) => {
    if (node.type === types.variant) call(at);
    return node.type === types.portion;
  });
}

/** Where a variant's words lie. */
function contents(node: Node, at: number): [number, number][] {
  const out: [number, number][] = [];
  node.forEach((child, offset) => {
    const start = at + 1 + offset;
    if (child.type === types.other) out.push([start, start + child.nodeSize]);
    else if (child.content.size) out.push([start + 1, start + 1 + child.content.size]);
  });
  return out;
}
