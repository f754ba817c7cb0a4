// SPDX-License-Identifier: Apache-2.0
// Labels by choice, asked of the node one after the other, in order. A choice is for what was selected when it was made, and
// changes what the answers before it left: who types, or goes on, faster than the node answers loses nothing.
import type { EditorView } from 'prosemirror-view';
import type { Schemas } from '$lib/api';
import { changed, type Change } from './choice';
import { portionAbove, relabel } from './editing';
import { attrsOf, isSound, portionOf, types, type Described } from './schema';

type Choice = Schemas['Choice'];
/** A text of a portion: the portion's tag, and the text's place there. */
type Spot = readonly [tag: string, nth: number];
type Labels = ReadonlyMap<string, Described | null>;
type Changing = (spot: Spot, labels: Labels) => Change | undefined;

export interface Asked {
  describe: (choices: Choice[]) => Promise<Described[]>;
  /** Nothing was chosen: there is no label to go by. */
  nothing: () => void;
  failed: (error: unknown) => void;
}

const named = ([tag, nth]: Spot) => `${tag} ${nth}`;

export class Labelling {
  readonly #view: () => EditorView;
  readonly #asked: Asked;
  #asking: Promise<void> = Promise.resolve();

  constructor(view: () => EditorView, asked: Asked) {
    this.#view = view;
    this.#asked = asked;
  }

  /** The label of every text that is selected now, changed in part. */
  choose(change: Change, standard: Choice): Promise<void> {
    return this.#queue(() => change, standard);
  }

  /** For every text that is selected now, what was chosen for the portion above them all, for its words in the same place. */
  chooseAsAbove(standard: Choice): Promise<void> {
    const above = portionAbove(this.#view().state);
    const tag = above ? portionOf(above).tag : '';
    return this.#queue(([, nth], labels) => {
      const label = labels.get(named([tag, nth]));
      return isSound(label) ? label.choice : undefined;
    }, standard);
  }

  #queue(changing: Changing, standard: Choice): Promise<void> {
    const spots = this.#selected();
    this.#asking = this.#asking.then(() => this.#ask(spots, changing, standard)).catch((error: unknown) => this.#asked.failed(error));
    return this.#asking;
  }

  async #ask(spots: readonly Spot[], changing: Changing, standard: Choice): Promise<void> {
    const labels = this.#labels();
    const changes = spots.map((spot) => changing(spot, labels));
    if (changes.every((change) => change === undefined)) return this.#asked.nothing();
    const choices = new Map<string, string>();
    for (const [n, spot] of spots.entries()) {
      const [name, change] = [named(spot), changes[n]];
      if (change && labels.has(name)) choices.set(name, JSON.stringify(changed(labels.get(name)?.choice ?? standard, change)));
    }
    // Thousands of portions have few labels: each is asked for once.
    const distinct = [...new Set(choices.values())];
    const made = await this.#asked.describe(distinct.map((text) => JSON.parse(text) as Choice));
    const answers = new Map(distinct.map((text, n) => [text, made[n]]));
    const view = this.#view();
    if (!view.isDestroyed) view.dispatch(relabel(view.state, (tag, nth) => answers.get(choices.get(named([tag, nth])) ?? '')));
  }

  #selected(): Spot[] {
    const { doc, selection } = this.#view().state;
    const found: Spot[] = [];
    doc.nodesBetween(selection.from, selection.to, (node, _at, parent, nth) => {
      if (node.type === types.variant && parent) found.push([portionOf(parent).tag, nth]);
      return node.type === types.portion;
    });
    return found;
  }

  #labels(): Labels {
    const spots = this.#view().state.doc.children.flatMap((portion) =>
      portion.children.map((variant, nth) => [named([portionOf(portion).tag, nth]), attrsOf(variant).label] as const)
    );
    return new Map(spots);
  }
}
