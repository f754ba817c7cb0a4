// SPDX-License-Identifier: Apache-2.0
// Says what an empty place is for, and where the cursor is.
import type { Node } from 'prosemirror-model';
import { Plugin } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import { t } from '$lib/i18n';
import { attrsOf, isSound, portionOf, types } from './schema';

const MANY = 60;

function hintOf(portion: Node, above: Node | null): string {
  if (portionOf(portion).kind === 'title') return t('write.hint_title');
  const first = above?.firstChild;
  const offered = first && isSound(attrsOf(first).label) && !portion.children.some((variant) => attrsOf(variant).label);
  return offered ? `${t('write.hint_text')} ${t('write.hint_above')}` : t('write.hint_text');
}

export function hints(): Plugin {
  return new Plugin({
    props: {
      decorations: ({ doc, selection }) => {
        const found: Decoration[] = [];
        const { $head } = selection;
        if ($head.depth >= 1) found.push(Decoration.node($head.before(1), $head.after(1), { class: 'current' }));
        // In long documents only about the cursor: there may be thousands of portions.
        const near = Math.max(0, $head.index(0) - 2);
        const all = doc.childCount <= MANY;
        doc.forEach((portion, offset, index) => {
          if (!all && (index < near || index > near + 4)) return;
          portion.descendants((node, at) => {
            if (node.type !== types.wording) return true;
            const words = hintOf(portion, index > 0 ? doc.child(index - 1) : null);
            const from = offset + 1 + at;
            if (!node.content.size) found.push(Decoration.node(from, from + node.nodeSize, { class: 'empty', 'data-hint': words }));
            return false;
          });
        });
        return DecorationSet.create(doc, found);
      }
    }
  });
}
