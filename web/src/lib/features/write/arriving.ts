// SPDX-License-Identifier: Apache-2.0
// What was saved elsewhere, as a change of the document that stands here: as small as it can be.
import type { Node } from 'prosemirror-model';
import type { EditorState, Transaction } from 'prosemirror-state';

/** None where the two are the same. */
export function changeTo(state: EditorState, doc: Node): Transaction | null {
  const now = state.doc.content;
  const start = now.findDiffStart(doc.content);
  const end = now.findDiffEnd(doc.content);
  if (start === null || !end) return null;
  // The same letters before and after what is new: the two ends must not cross.
  const overlap = Math.max(0, start - Math.min(end.a, end.b));
  const tr = state.tr.replace(start, end.a + overlap, doc.slice(start, end.b + overlap));
  return tr.doc.eq(doc) ? tr : state.tr.replaceWith(0, now.size, doc.content);
}
