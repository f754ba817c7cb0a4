// SPDX-License-Identifier: Apache-2.0
// What an officer has written of an item and not sent: kept while the page stands, whichever item is looked at between.

export interface Note {
  words: string;
  /** By tag. */
  comments: Record<string, string>;
}

class Notes {
  #all = new Map<string, Note>();

  of(key: string): Note {
    const found = this.#all.get(key);
    if (found) return found;
    const made: Note = $state({ words: '', comments: {} });
    this.#all.set(key, made);
    return made;
  }
}

export const notes = new Notes();
