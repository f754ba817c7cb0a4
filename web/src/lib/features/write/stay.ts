// SPDX-License-Identifier: Apache-2.0
// A whole body (a position, a picture) stays selected until its writer moves. Chromium finds no place for a cursor in what
// is not text, and puts its own at the beginning of the document, unasked: the next label would be given to the title.
import { NodeSelection, Plugin, Selection, type EditorState } from 'prosemirror-state';

const MOVED_MS = 1_000; // what the browser says of a cursor this long after a key or a press is theirs
const KEYS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'];

/** Whether a cursor that nobody moved stands where the browser puts one that it has no place for. */
export function fellBack(state: EditorState, anchor: number, head: number): boolean {
  const start = Selection.atStart(state.doc);
  return state.selection instanceof NodeSelection && anchor === start.anchor && head === start.head;
}

export function stay(now: () => number = () => performance.now()): Plugin {
  let movedAt = -MOVED_MS;
  const moved = () => void (movedAt = now());
  return new Plugin({
    props: {
      handleDOMEvents: { pointerdown: moved, keydown: (_, event) => (KEYS.includes(event.key) ? moved() : undefined) },
      createSelectionBetween: ({ state }, $anchor, $head) =>
        now() - movedAt >= MOVED_MS && fellBack(state, $anchor.pos, $head.pos) ? state.selection : null
    }
  });
}
