// SPDX-License-Identifier: Apache-2.0
// The document being written, as the screen knows it: what changed, where the cursor is, and what can be done there.
import { chainCommands, deleteSelection, selectAll } from 'prosemirror-commands';
import { closeHistory, history } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import type { Node } from 'prosemirror-model';
import { EditorState, NodeSelection, Selection, type Command } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import type { Schemas } from '$lib/api';
import { backward, enter, forward, placeOf, portionAbove, redo, undo } from './editing';
import { guard, MEANT, setLabel } from './guard';
import { changeTo } from './arriving';
import type { Change } from './choice';
import { hidden } from './hidden';
import { hints } from './hints';
import { joins, type Joiner } from './joins';
import { Labelling, type Asked } from './labelling';
import { notes } from './notes';
import { OtherView, PortionView, VariantView } from './nodeviews';
import { copied, paste, PASTE_MAX_CHARS } from './paste';
import { attrsOf, isSound, portionOf, types, type Body, type Described, type Source } from './schema';
import { stay } from './stay';

type Choice = Schemas['Choice'];
const LONG = 200; // portions

/** The portion and variant that the cursor is in. */
export interface At {
  index: number;
  kind: string;
  tag: string;
  nth: number;
  variants: number;
  label: Described | null;
  /** The label of the portion above, of its words in the same place, where it is sound. */
  above: Described | null;
  lang: string;
  /** What is not a text. */
  body: Body | null;
  sources: readonly Source[];
}

export interface Hooks extends Joiner, Asked {
  /** A chip was pressed, or its key. */
  onlabel: () => void;
  /** A body that is not a text was opened. */
  onopen: () => void;
  onpaste: (what: 'unlabelled' | 'too-long') => void;
}

export class Editor {
  /** Counts changes of the document. */
  version: number = $state(0);
  at: At | null = $state.raw(null);
  readonly view: EditorView;
  #hooks: Hooks;
  #relabelled = false;
  #alone = false;
  readonly #labelling: Labelling;

  constructor(place: HTMLElement, doc: Node, name: string, said: ReadonlyMap<string, string>, hooks: Hooks) {
    this.#hooks = hooks;
    this.#labelling = new Labelling(() => this.view, hooks);
    this.view = new EditorView(place, {
      state: EditorState.create({ doc, plugins: this.#plugins(said) }),
      attributes: (state) => ({ class: state.doc.childCount > LONG ? 'document long' : 'document', role: 'textbox', 'aria-multiline': 'true', 'aria-label': name, spellcheck: 'false' }),
      scrollThreshold: { top: 120, bottom: 60, left: 0, right: 0 },
      scrollMargin: { top: 130, bottom: 70, left: 0, right: 0 },
      nodeViews: this.#nodeViews(),
      handleDOMEvents: this.#events(),
      clipboardTextSerializer: () => copied(this.view.state),
      dispatchTransaction: (tr) => {
        // A command, a split, a join: undone by itself, however quickly it followed what was typed, or is followed by it.
        const alone = tr.getMeta(MEANT) === true || tr.doc.childCount !== this.doc.childCount;
        if (alone || this.#alone) closeHistory(tr);
        if (tr.docChanged) this.#alone = alone;
        this.view.updateState(this.view.state.apply(tr));
        this.#relabelled ||= tr.getMeta(MEANT) === true;
        if (tr.docChanged) this.version++;
        this.#look();
      }
    });
    this.view.dispatch(this.view.state.tr.setSelection(Selection.atStart(doc)));
  }

  get doc(): Node {
    return this.view.state.doc;
  }

  /** Whether labels have changed since this was asked last: what becomes of that is to be seen at once. */
  takeRelabelled(): boolean {
    const was = this.#relabelled;
    this.#relabelled = false;
    return was;
  }

  run(command: Command): boolean {
    const done = command(this.view.state, this.view.dispatch);
    this.view.focus();
    return done;
  }

  /** The label of every text that is selected now, changed in part. */
  choose(change: Change, standard: Choice): Promise<void> {
    return this.#labelling.choose(change, standard);
  }

  /** For every text that is selected now, what was chosen for the portion above them. */
  chooseAsAbove(standard: Choice): Promise<void> {
    return this.#labelling.chooseAsAbove(standard);
  }

  /** The body at the cursor, changed. It keeps its label: what it says is its writer's to judge. */
  setBody(body: Body): void {
    const { selection, tr } = this.view.state;
    if (!(selection instanceof NodeSelection)) return;
    tr.setNodeAttribute(selection.from, 'body', body);
    this.view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, selection.from)));
  }

  /** Another document in the place of this one; undo brings it back. */
  replace(doc: Node): void {
    const { tr } = this.view.state;
    tr.replaceWith(0, tr.doc.content.size, doc.content).setMeta(MEANT, true);
    this.view.dispatch(tr.setSelection(Selection.atStart(tr.doc)));
    this.view.focus();
  }

  /** What was saved elsewhere comes in: only what differs is changed, so the cursor stays where it is, and undo stays one's own. */
  take(doc: Node): void {
    const tr = changeTo(this.view.state, doc);
    if (tr) this.view.dispatch(tr.setMeta(MEANT, true).setMeta('addToHistory', false));
  }

  /** The same labels in other words; no step of the writer's. */
  describe(meanings: ReadonlyMap<string, Described>): void {
    const tr = this.view.state.tr.setMeta('addToHistory', false);
    this.doc.descendants((node, at) => {
      const label = node.type === types.variant ? attrsOf(node).label : null;
      const said = label && meanings.get(JSON.stringify(label.label));
      if (said) setLabel(tr, at, { label: said });
      return node.type === types.portion;
    });
    if (tr.docChanged) this.view.dispatch(tr);
  }

  /** A word is being put together by an input method. */
  get composing(): boolean {
    return this.view.composing;
  }

  /** A source of the portion at the cursor. */
  cite(source: Source): void {
    const place = placeOf(this.view.state);
    if (!place) return;
    const { sources } = portionOf(place.portion);
    if (sources.some((s) => s.key === source.key && s.tag === source.tag)) return;
    this.view.dispatch(this.view.state.tr.setNodeAttribute(place.portionAt, 'sources', [...sources, source]));
  }

  uncite(source: Source): void {
    const place = placeOf(this.view.state);
    if (!place) return;
    const left = portionOf(place.portion).sources.filter((s) => s.key !== source.key || s.tag !== source.tag);
    this.view.dispatch(this.view.state.tr.setNodeAttribute(place.portionAt, 'sources', left));
  }

  /** Put the cursor into a portion, by its tag. */
  visit(tag: string): void {
    this.doc.forEach((node, at) => {
      if (portionOf(node).tag !== tag) return;
      const { state } = this.view;
      this.view.dispatch(state.tr.setSelection(Selection.near(state.doc.resolve(at + 1))).scrollIntoView());
      this.view.focus();
    });
  }

  /** Words on the page in another language. */
  redraw(): void {
    this.view.setProps({ nodeViews: this.#nodeViews() });
  }

  destroy(): void {
    this.view.destroy();
  }

  #plugins(said: ReadonlyMap<string, string>) {
    const keys: Record<string, Command> = {
      Enter: enter,
      'Shift-Enter': (state, dispatch) => (dispatch?.(state.tr.insertText('\n').scrollIntoView()), true),
      Backspace: chainCommands(deleteSelection, backward),
      Delete: chainCommands(deleteSelection, forward),
      'Mod-a': selectAll,
      'Mod-z': undo,
      'Mod-y': redo,
      'Mod-Shift-z': redo
    };
    const opened: Command = (state) => state.selection instanceof NodeSelection && (this.#hooks.onopen(), true);
    return [history(), guard(), stay(), joins(this.#hooks), hidden(), hints(), notes(said), keymap({ Enter: opened }), keymap(keys)];
  }

  #nodeViews() {
    return {
      portion: (node: Node) => new PortionView(node),
      variant: (node: Node) => new VariantView(node, (dom) => this.#open(dom, this.#hooks.onlabel)),
      other: (node: Node) => new OtherView(node, () => this.#hooks.onopen())
    };
  }

  #open(dom: HTMLElement, then: () => void): void {
    const { state } = this.view;
    const at = this.view.posAtDOM(dom, 0);
    this.view.dispatch(state.tr.setSelection(Selection.near(state.doc.resolve(at))));
    this.view.focus();
    then();
  }

  /** Pasted and dropped things come in as plain text, past everything that would read their form. */
  #events() {
    const stop = (_: EditorView, event: Event) => (event.preventDefault(), true);
    return {
      paste: (view: EditorView, event: ClipboardEvent) => {
        event.preventDefault();
        this.#paste(view, event.clipboardData?.getData('text/plain') ?? '');
        return true;
      },
      copy: (view: EditorView, event: ClipboardEvent) => this.#copy(view, event),
      cut: (view: EditorView, event: ClipboardEvent) => {
        if (this.#copy(view, event)) view.dispatch(view.state.tr.deleteSelection().scrollIntoView());
        return true;
      },
      drop: stop,
      keydown: (view: EditorView, event: KeyboardEvent) => {
        // Where a whole body is selected the browser may have fallen back to the beginning: the document's own selection counts.
        if (view.state.selection instanceof NodeSelection) view.focus();
        // The screen's own keys; the editor would swallow them.
        return event.key === 'Escape' || (event.key === 'Enter' && (event.altKey || event.ctrlKey || event.metaKey));
      },
      dragstart: stop
    };
  }

  #copy(view: EditorView, event: ClipboardEvent): boolean {
    event.preventDefault();
    if (!view.state.selection.empty) event.clipboardData?.setData('text/plain', copied(view.state));
    return true;
  }

  #paste(view: EditorView, text: string): void {
    if (text.length > PASTE_MAX_CHARS) {
      this.#hooks.onpaste('too-long');
      return;
    }
    const tr = paste(view.state, text);
    if (!tr) return;
    view.dispatch(tr);
    this.#hooks.onpaste('unlabelled');
  }

  #look(): void {
    const place = placeOf(this.view.state);
    if (!place) return void (this.at = null);
    const { kind, tag, sources } = portionOf(place.portion);
    const text = place.inner.type === types.wording;
    const beside = portionAbove(this.view.state)?.maybeChild(place.nth);
    const above = beside ? attrsOf(beside).label : null;
    this.at = {
      index: place.index,
      kind,
      tag,
      nth: place.nth,
      variants: place.portion.childCount,
      label: attrsOf(place.variant).label,
      above: isSound(above) ? above : null,
      lang: text ? (place.inner.attrs.lang as string) : '',
      body: text ? null : (place.inner.attrs.body as Body),
      sources
    };
  }
}
