// SPDX-License-Identifier: Apache-2.0
// What is pasted comes in as plain text and has no label, so it can't be filed until its writer has chosen one.
import type { Transaction, EditorState } from 'prosemirror-state';
import { NodeSelection, TextSelection } from 'prosemirror-state';
import { placeIn } from './editing';
import { MEANT, setLabel } from './guard';
import { drawTag, makePortion, makeVariant, tagsOf, types } from './schema';

export const PASTE_MAX_CHARS = 2_000_000; // a product's own limit

/** Paragraphs are parted by empty lines, as they are in the editor. */
export function paragraphsOf(text: string): string[] {
  return text.replace(/\r\n?/g, '\n').split(/\n\s*\n/).map((p) => p.replace(/^\n+|\s+$/g, '')).filter(Boolean);
}

/**
 * One paragraph goes where the cursor is, and takes the label of the text around it away; several become portions of their
 * own behind it, none of them labelled.
 */
export function paste(state: EditorState, text: string): Transaction | null {
  const { selection } = state;
  const place = placeIn(selection.$from, selection instanceof NodeSelection ? selection.node : null);
  const paragraphs = paragraphsOf(text);
  if (!place || !paragraphs.length) return null;
  const tr = state.tr;
  const plain = place.inner.type === types.wording;
  const inline = plain && (paragraphs.length === 1 || !place.inner.textContent);
  const rest = inline ? paragraphs.slice(1) : paragraphs;
  if (inline) {
    tr.insertText(paragraphs[0] as string);
    setLabel(tr, place.variantAt, { label: null, join: null, given: null });
  }
  const lang = plain ? (place.inner.attrs.lang as string) : 'en';
  const taken = tagsOf(state.doc);
  const made = rest.map((words) => {
    const tag = drawTag(taken);
    taken.add(tag);
    return makePortion(tag, 'paragraph', makeVariant(lang, words));
  });
  if (made.length) {
    const portion = tr.doc.nodeAt(place.portionAt);
    const at = place.portionAt + (portion?.nodeSize ?? 0);
    tr.insert(at, made);
    tr.setSelection(TextSelection.near(tr.doc.resolve(at + made.reduce((size, p) => size + p.nodeSize, 0) - 1), -1));
  }
  return tr.setMeta(MEANT, true).scrollIntoView();
}

/** The words of a selection, and nothing of their form. */
export function copied(state: EditorState): string {
  const { from, to } = state.selection;
  const out: string[] = [];
  state.doc.nodesBetween(from, to, (node, at) => {
    if (node.type === types.wording) out.push(node.textBetween(Math.max(0, from - at - 1), Math.min(node.content.size, to - at - 1)));
    return node.type !== types.wording;
  });
  return out.join('\n\n');
}

