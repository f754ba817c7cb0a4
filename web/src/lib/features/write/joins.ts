// SPDX-License-Identifier: Apache-2.0
// Asks the node for the one label of words that were joined. Until it has answered, and where it refuses, there is none.
import { Plugin, type EditorState } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { setLabel } from './guard';
import { attrsOf, types, type Described, type Label } from './schema';

export interface Joiner {
  join: (labels: readonly Label[]) => Promise<Described>;
  refused: (error: unknown) => void;
}

export function joins({ join, refused }: Joiner): Plugin {
  return new Plugin({
    view: (view) => {
      const asked = new Set<readonly Label[]>();
      const update = (_: unknown, before?: EditorState) => {
        if (before?.doc === view.state.doc) return;
        for (const labels of waiting(view)) {
          if (asked.has(labels)) continue;
          asked.add(labels);
          void join(labels).then(
            (label) => settle(view, labels, label),
            (error: unknown) => {
              settle(view, labels, null);
              refused(error);
            }
          ).finally(() => asked.delete(labels));
        }
      };
      update(view);
      return { update };
    }
  });
}

function waiting(view: EditorView): Set<readonly Label[]> {
  const found = new Set<readonly Label[]>();
  view.state.doc.descendants((node) => {
    if (node.type === types.variant && attrsOf(node).join) found.add(attrsOf(node).join as readonly Label[]);
    return node.type === types.portion;
  });
  return found;
}

/** Not a step of the writer's: undo goes from the joined text straight to the two that were. */
function settle(view: EditorView, labels: readonly Label[], label: Described | null): void {
  if (view.isDestroyed) return;
  const tr = view.state.tr.setMeta('addToHistory', false);
  view.state.doc.descendants((node, at) => {
    if (node.type === types.variant && attrsOf(node).join === labels) setLabel(tr, at, { label, join: null, given: null });
    return node.type === types.portion;
  });
  if (tr.docChanged) view.dispatch(tr);
}
