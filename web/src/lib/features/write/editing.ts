// SPDX-License-Identifier: Apache-2.0
// What a writer does to portions, as commands of the document. Each says what becomes of the labels, or leaves it to the guard.
import { redo as redoStep, undo as undoStep } from 'prosemirror-history';
import { Fragment, type Node, type ResolvedPos } from 'prosemirror-model';
import { AllSelection, NodeSelection, Selection, TextSelection, type Command, type EditorState, type Transaction } from 'prosemirror-state';
import { MEANT } from './guard';
import { drawTag, isEmpty, makePortion, makeVariant, portionOf, schema, tagsOf, types, type Body, type Described, type VariantAttrs } from './schema';

/** Back to what stood before, labels included: it was the writer's own. */
export const undo: Command = (state, dispatch) => undoStep(state, dispatch && ((tr) => dispatch(tr.setMeta(MEANT, true))));
export const redo: Command = (state, dispatch) => redoStep(state, dispatch && ((tr) => dispatch(tr.setMeta(MEANT, true))));

/** Where the cursor is: positions before the portion, the variant and the wording (or the other body). */
export interface Place {
  portion: Node;
  portionAt: number;
  index: number;
  variant: Node;
  variantAt: number;
  nth: number;
  /** The wording, or the body that is not a text. */
  inner: Node;
  innerAt: number;
}

export function placeOf(state: EditorState): Place | null {
  const { selection } = state;
  if (selection instanceof NodeSelection) return placeIn(state.doc.resolve(selection.from), selection.node);
  const $head = selection instanceof AllSelection ? TextSelection.near(state.doc.resolve(0)).$head : selection.$head;
  return placeIn($head, null);
}

/** The place of a position; `node` where a body that is no text is selected. */
export function placeIn($pos: ResolvedPos, node: Node | null = null): Place | null {
  if ($pos.depth < 2) return null;
  const inner = $pos.depth >= 3 ? $pos.node(3) : (node ?? $pos.nodeAfter);
  if (!inner) return null;
  return {
    portion: $pos.node(1),
    portionAt: $pos.before(1),
    index: $pos.index(0),
    variant: $pos.node(2),
    variantAt: $pos.before(2),
    nth: $pos.index(1),
    inner,
    innerAt: $pos.depth >= 3 ? $pos.before(3) : $pos.pos
  };
}

/** One text in one language: what can be split and joined. */
const isPlain = (portion: Node) => portion.childCount === 1 && portion.firstChild?.childCount === 1 && portion.firstChild.firstChild?.type === types.wording;

const langOf = (place: Place): string => (place.inner.type === types.wording ? (place.inner.attrs.lang as string) : 'en');

function cursorIn(tr: Transaction, portionAt: number, offset = 0): Transaction {
  return tr.setSelection(TextSelection.near(tr.doc.resolve(portionAt + 3 + offset))).scrollIntoView();
}

/** A new portion without a label behind this one. */
export function addPortion(kind = 'paragraph', body?: Body): Command {
  return (state, dispatch) => {
    const place = placeOf(state);
    if (!place) return false;
    const at = place.portionAt + place.portion.nodeSize;
    const variant = body ? types.variant.create(null, types.other.create({ body })) : makeVariant(langOf(place));
    const made = makePortion(drawTag(tagsOf(state.doc)), kind, variant);
    const tr = state.tr.insert(at, made).setMeta(MEANT, true);
    if (body) tr.setSelection(NodeSelection.create(tr.doc, at + 2)).scrollIntoView();
    else cursorIn(tr, at);
    dispatch?.(tr);
    return true;
  };
}

/** Two portions out of one, at the cursor: both keep the label. Where nothing stands behind it, a new one without a label. */
export const splitPortion: Command = (state, dispatch) => {
  const place = placeOf(state);
  if (!place || !(state.selection instanceof TextSelection)) return false;
  const { $from, $to } = state.selection;
  if (!isPlain(place.portion) || $from.before(1) !== $to.before(1)) return addPortion()(state, dispatch);
  const text = place.inner.textContent;
  const [before, after] = [text.slice(0, $from.parentOffset).replace(/\n+$/, ''), text.slice($to.parentOffset).replace(/^\n+/, '')];
  const first = withText(place.portion, before);
  const kind = portionOf(place.portion).kind === 'title' ? 'paragraph' : portionOf(place.portion).kind;
  const tag = drawTag(tagsOf(state.doc));
  const second = after.trim()
    ? types.portion.create({ ...place.portion.attrs, kind, tag }, withText(place.portion, after).content)
    : makePortion(tag, 'paragraph', makeVariant(langOf(place)));
  const tr = state.tr.replaceWith(place.portionAt, place.portionAt + place.portion.nodeSize, [first, second]).setMeta(MEANT, true);
  dispatch?.(cursorIn(tr, place.portionAt + first.nodeSize));
  return true;
};

function withText(portion: Node, text: string): Node {
  const variant = portion.firstChild as Node;
  const wording = variant.firstChild as Node;
  return portion.copy(Fragment.from(variant.copy(Fragment.from(wording.copy(text ? Fragment.from(schema.text(text)) : Fragment.empty)))));
}

/** Enter: a line; in a title, and on an empty line, a new portion. */
export const enter: Command = (state, dispatch) => {
  const place = placeOf(state);
  if (!place) return false;
  if (place.inner.type !== types.wording) return addPortion()(state, dispatch);
  const { $from } = state.selection;
  const before = place.inner.textContent.slice(0, $from.parentOffset);
  const title = portionOf(place.portion).kind === 'title';
  const next = place.index + 1 < state.doc.childCount ? state.doc.child(place.index + 1) : null;
  if (title && !place.inner.textContent.slice($from.parentOffset) && next && isEmpty(next)) {
    dispatch?.(cursorIn(state.tr, place.portionAt + place.portion.nodeSize));
    return true;
  }
  if (title || before.endsWith('\n') || !place.inner.textContent) return splitPortion(state, dispatch);
  dispatch?.(state.tr.insertText('\n').scrollIntoView());
  return true;
};

/** Backspace before the first letter: an empty piece goes, two plain portions become one. The guard sees to the label. */
export const backward: Command = (state, dispatch) => {
  const place = placeOf(state);
  if (!place || !(state.selection instanceof TextSelection) || !state.selection.empty || state.selection.$head.parentOffset > 0) return false;
  const within = removeEmpty(state, place);
  if (within) dispatch?.(within);
  else if (place.nth === 0 && place.innerAt === place.variantAt + 1 && place.index > 0) join(state, place.index - 1, dispatch);
  return true;
};

/** Delete behind the last letter: as Backspace at the beginning of what follows. */
export const forward: Command = (state, dispatch) => {
  const place = placeOf(state);
  if (!place || !(state.selection instanceof TextSelection) || !state.selection.empty) return false;
  if (state.selection.$head.parentOffset < place.inner.content.size) return false;
  if (isPlain(place.portion)) join(state, place.index, dispatch);
  return true;
};

function removeEmpty(state: EditorState, place: Place): Transaction | null {
  if (place.inner.textContent || place.inner.type !== types.wording) return null;
  const [node, at] = place.variant.childCount > 1 ? [place.inner, place.innerAt] : place.portion.childCount > 1 ? [place.variant, place.variantAt] : [null, 0];
  if (!node) return null;
  const tr = state.tr.delete(at, at + node.nodeSize);
  return tr.setSelection(TextSelection.near(tr.doc.resolve(at), -1)).scrollIntoView();
}

/** The portion at `index` and the next become one, where both are one text; an empty one just goes. */
export function join(state: EditorState, index: number, dispatch?: (tr: Transaction) => void): boolean {
  if (index < 0 || index + 1 >= state.doc.childCount) return false;
  const [first, second] = [state.doc.child(index), state.doc.child(index + 1)];
  const at = startOf(state.doc, index);
  const next = at + first.nodeSize;
  if (isEmpty(second)) {
    const tr = state.tr.delete(next, next + second.nodeSize);
    dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(next), -1)).scrollIntoView());
    return true;
  }
  if (!isPlain(first) || !isPlain(second)) return false;
  // The ends of the first's wording, variant and portion, and the beginnings of the second's.
  const tr = state.tr.delete(next - 3, next + 3);
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, next - 3)).scrollIntoView());
  return true;
}

export function startOf(doc: Node, index: number): number {
  let at = 0;
  for (let n = 0; n < index; n++) at += doc.child(n).nodeSize;
  return at;
}

/** This portion goes up or down, with all that is in it. */
export function movePortion(by: -1 | 1): Command {
  return (state, dispatch) => {
    const place = placeOf(state);
    if (!place) return false;
    const to = place.index + by;
    if (to < 0 || to >= state.doc.childCount) return true;
    const upper = Math.min(place.index, to);
    const [a, b] = [state.doc.child(upper), state.doc.child(upper + 1)];
    const at = startOf(state.doc, upper);
    const from = state.selection instanceof NodeSelection ? state.selection.from : state.selection.head;
    const offset = Math.max(0, Math.min(from - place.portionAt, place.portion.nodeSize));
    const tr = state.tr.replaceWith(at, at + a.nodeSize + b.nodeSize, [b, a]).setMeta(MEANT, true);
    const start = by < 0 ? at : at + b.nodeSize;
    const $pos = tr.doc.resolve(start + offset);
    tr.setSelection($pos.depth === 2 && $pos.nodeAfter?.type === types.other ? NodeSelection.create(tr.doc, $pos.pos) : TextSelection.near($pos));
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

/** Other words for others: a further variant of this portion, without a label. */
export const addVariant: Command = (state, dispatch) => {
  const place = placeOf(state);
  if (!place) return false;
  const at = place.portionAt + place.portion.nodeSize - 1;
  const tr = state.tr.insert(at, makeVariant(langOf(place))).setMeta(MEANT, true);
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(at + 2))).scrollIntoView());
  return true;
};

/** The same in another language, under the same label. */
export function addWording(lang: string): Command {
  return (state, dispatch) => {
    const place = placeOf(state);
    if (!place || place.inner.type !== types.wording) return false;
    const at = place.variantAt + place.variant.nodeSize - 1;
    const tr = state.tr.insert(at, types.wording.create({ lang, status: 'courtesy' }));
    dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1))).scrollIntoView());
    return true;
  };
}

/** The variant goes, where there are several; else the portion. One portion always stands. */
export const removePiece: Command = (state, dispatch) => {
  const place = placeOf(state);
  if (!place) return false;
  const several = place.portion.childCount > 1;
  const [node, at] = several ? [place.variant, place.variantAt] : [place.portion, place.portionAt];
  if (!several && state.doc.childCount === 1) return false;
  const tr = state.tr.delete(at, at + node.nodeSize);
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(at, tr.doc.content.size)), -1)).scrollIntoView());
  return true;
};

/** The portion above all that is selected; none above the first. */
export function portionAbove({ doc, selection }: EditorState): Node | null {
  return doc.maybeChild(selection.$from.index(0) - 1);
}

export function setKind(kind: string): Command {
  return (state, dispatch) => {
    const place = placeOf(state);
    if (place) dispatch?.(state.tr.setNodeAttribute(place.portionAt, 'kind', kind));
    return place !== null;
  };
}

/** Other words asked for by the node's advice: an empty variant of that portion under the label they would be judged at. */
export function addVariantUnder(tag: string, label: VariantAttrs['label'] | undefined): Command {
  return (state, dispatch) => {
    const index = state.doc.children.findIndex((p) => portionOf(p).tag === tag);
    if (index < 0 || !label) return false;
    const at = startOf(state.doc, index) + state.doc.child(index).nodeSize - 1;
    const lang = (state.doc.child(index).lastChild?.firstChild?.attrs.lang as string | undefined) ?? 'en';
    const tr = state.tr.insert(at, types.variant.create({ label }, types.wording.create({ lang }))).setMeta(MEANT, true);
    dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(at + 2))).scrollIntoView());
    return true;
  };
}

/** The labels that `choose` gives to variants, by tag and place; in one step, since there may be thousands. */
export function relabel(state: EditorState, choose: (tag: string, nth: number) => Described | undefined): Transaction {
  const { tr, doc, selection } = state;
  const portions = doc.children.map((portion) => {
    const { tag } = portionOf(portion);
    const variants = portion.children.map((variant, nth) => {
      const label = choose(tag, nth);
      return label ? variant.type.create({ ...variant.attrs, label, join: null, given: null }, variant.content) : variant;
    });
    return variants.some((v, nth) => v !== portion.child(nth)) ? portion.copy(Fragment.from(variants)) : portion;
  });
  const changed = portions.findIndex((portion, n) => portion !== doc.child(n));
  if (changed < 0) return tr;
  const last = portions.findLastIndex((portion, n) => portion !== doc.child(n));
  const start = startOf(doc, changed);
  tr.replaceWith(start, startOf(doc, last + 1), portions.slice(changed, last + 1)).setMeta(MEANT, true);
  // Nothing has moved: the selection stands where it stood.
  return tr.setSelection(Selection.fromJSON(tr.doc, selection.toJSON() as object));
}
