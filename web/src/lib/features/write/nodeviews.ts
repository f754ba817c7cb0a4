// SPDX-License-Identifier: Apache-2.0
// How portions and variants stand on the page: mark and tag at the left, the words beside them. Plain elements, since there
// may be thousands. Colours are set through the object model: the node's policy for pages forbids style attributes.
import type { Node } from 'prosemirror-model';
import type { NodeView, ViewMutationRecord } from 'prosemirror-view';
import { mount, unmount } from 'svelte';
import Body from '$lib/features/product/Body.svelte';
import { t, type Key } from '$lib/i18n';
import { attrsOf, isSound, portionOf, types, type Body as Said } from './schema';

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

/** A portion's kind in the reader's words; kinds of other nodes keep theirs. */
export function kindWords(kind: string): string {
  const key = `write.kind_${kind}`;
  const words = t(key as Key);
  return words === key ? kind : words;
}

/** A change that is no writing: outside of where the words are. */
function isOurs(mutation: ViewMutationRecord, words: HTMLElement): boolean {
  return mutation.type !== 'selection' && !words.contains(mutation.target);
}

export class PortionView implements NodeView {
  dom = element('section', 'portion');
  contentDOM = element('div', 'variants');
  #head = element('p', 'about');

  constructor(node: Node) {
    this.#head.contentEditable = 'false';
    this.dom.append(this.#head, this.contentDOM);
    this.update(node);
  }

  update(node: Node): boolean {
    if (node.type !== types.portion) return false;
    const { kind, tag, sources } = portionOf(node);
    this.dom.dataset.kind = kind;
    this.dom.dataset.tag = tag;
    this.dom.dataset.several = String(node.childCount > 1);
    const words = `${tag} ${kindWords(kind)}`;
    this.#head.textContent = sources.length ? `${words} · ${t('write.cites', { count: sources.length })}` : words;
    this.dom.setAttribute('aria-label', words);
    return true;
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return isOurs(mutation, this.contentDOM);
  }
}

export class VariantView implements NodeView {
  dom = element('div', 'variant');
  contentDOM = element('div', 'words');
  #chip = element('button', 'chip');

  constructor(node: Node, onlabel: (dom: HTMLElement) => void) {
    this.#chip.type = 'button';
    this.#chip.contentEditable = 'false';
    this.#chip.tabIndex = -1; // by key it is Alt+L, from the words themselves
    this.#chip.addEventListener('mousedown', (event) => event.preventDefault());
    this.#chip.addEventListener('click', () => onlabel(this.dom));
    this.dom.append(this.#chip, this.contentDOM);
    this.update(node);
  }

  update(node: Node): boolean {
    if (node.type !== types.variant) return false;
    const { label, join, given } = attrsOf(node);
    const known = isSound(label) ? label : null;
    this.dom.classList.toggle('unlabelled', !known);
    const none = join ? t('write.joining') : given || label ? t('write.label_unsound') : t('write.not_labelled');
    this.#chip.textContent = known ? known.mark : none;
    this.#chip.title = known ? `${known.banner}\n${t('write.label_change')}` : t('write.label_choose');
    this.#chip.setAttribute('aria-description', this.#chip.title);
    this.#chip.style.background = known ? known.color : '';
    this.#chip.style.color = known ? known.ink : '';
    return true;
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return isOurs(mutation, this.contentDOM);
  }
}

/** A position, a table, a grading, an attachment: shown as readers get it, opened for change by a click or Enter. */
export class OtherView implements NodeView {
  dom = element('div', 'other');
  #shown: Record<string, unknown> | undefined;
  #onopen: () => void;

  constructor(node: Node, onopen: () => void) {
    this.#onopen = onopen;
    this.dom.contentEditable = 'false';
    this.dom.addEventListener('dblclick', this.#onopen);
    this.update(node);
  }

  update(node: Node): boolean {
    if (node.type !== types.other) return false;
    if (this.#shown) void unmount(this.#shown);
    this.#shown = mount(Body, { target: this.dom, props: { body: node.attrs.body as Said } });
    return true;
  }

  stopEvent(): boolean {
    return false;
  }

  ignoreMutation(): boolean {
    return true;
  }

  destroy(): void {
    if (this.#shown) void unmount(this.#shown);
  }
}
