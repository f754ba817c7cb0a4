// SPDX-License-Identifier: Apache-2.0
// What could move or hide words (zero-width, direction marks, controls) is shown by its name, and moves nothing.
import { Plugin, PluginKey } from 'prosemirror-state';
import type { Node } from 'prosemirror-model';
import { Decoration, DecorationSet } from 'prosemirror-view';
import { types } from './schema';

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

export function nameOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function marksIn(node: Node, at: number): Decoration[] {
  return [...node.textContent.matchAll(HIDDEN)].map((found) => {
    const from = at + 1 + found.index;
    // A <bdi>: what the character does to direction ends where it ends.
    return Decoration.inline(from, from + found[0].length, { nodeName: 'bdi', class: 'hidden-char', 'data-name': nameOf(found[0]) });
  });
}

const key = new PluginKey<DecorationSet>('hidden');

/** Portions are looked at once: the document's pieces don't change, they are replaced. */
export function hidden(): Plugin<DecorationSet> {
  const seen = new WeakMap<Node, boolean>();
  const has = (portion: Node) => {
    const known = seen.get(portion) ?? portion.textContent.search(HIDDEN) >= 0;
    seen.set(portion, known);
    return known;
  };
  const all = (doc: Node) => {
    const found: Decoration[] = [];
    doc.forEach((portion, offset) => {
      if (!has(portion)) return;
      portion.descendants((node, at) => {
        if (node.type === types.wording) found.push(...marksIn(node, offset + 1 + at));
        return node.type === types.variant;
      });
    });
    return DecorationSet.create(doc, found);
  };
  return new Plugin<DecorationSet>({
    key,
    state: { init: (_, state) => all(state.doc), apply: (tr, old) => (tr.docChanged ? all(tr.doc) : old) },
    props: { decorations: (state) => key.getState(state) }
  });
}
