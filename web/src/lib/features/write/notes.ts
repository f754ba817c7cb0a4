// SPDX-License-Identifier: Apache-2.0
// What the desk said of a portion, beneath it.
import { Plugin } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import { portionOf } from './schema';

export function notes(said: ReadonlyMap<string, string>): Plugin {
  const make = (words: string) => () => {
    const made = document.createElement('p');
    made.className = 'note';
    made.dir = 'auto';
    made.contentEditable = 'false';
    made.textContent = words;
    return made;
  };
  return new Plugin({
    props: {
      decorations: ({ doc }) => {
        if (!said.size) return null;
        const found: Decoration[] = [];
        doc.forEach((portion, offset) => {
          const words = said.get(portionOf(portion).tag);
          if (words) found.push(Decoration.widget(offset + 1, make(words), { side: -1, key: `note-${portionOf(portion).tag}`, ignoreSelection: true }));
        });
        return DecorationSet.create(doc, found);
      }
    }
  });
}
