// SPDX-License-Identifier: Apache-2.0
// Where two wordings of one text differ. It compares words that are shown; it knows nothing of markings.

export interface Run {
  what: 'same' | 'added' | 'removed';
  text: string;
}

// Scripts that set no blanks between words are compared letter by letter.
const PIECES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}]+|\s+|[^\p{L}\p{N}\p{M}\s]/gu;
const PIECES_MAX = 1500;

/** Runs that read as `before` without what was added, and as `after` without what was removed. */
export function diff(before: string, after: string): Run[] {
  if (before === after) return before ? [{ what: 'same', text: before }] : [];
  const [a, b] = [before.match(PIECES) ?? [], after.match(PIECES) ?? []];
  let [start, end] = [0, 0];
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = walk(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return join([...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))]);
}

const same = (pieces: readonly string[]): Run[] => pieces.map((text) => ({ what: 'same', text }));

function walk(a: readonly string[], b: readonly string[]): Run[] {
  const whole: Run[] = [{ what: 'removed', text: a.join('') }, { what: 'added', text: b.join('') }];
  if (a.length > PIECES_MAX || b.length > PIECES_MAX) return whole;
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) [runs[runs.length], i, j] = [{ what: 'same', text: a[i] ?? '' }, i + 1, j + 1];
    else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) runs.push({ what: 'removed', text: a[i++] ?? '' });
    else runs.push({ what: 'added', text: b[j++] ?? '' });
  }
  return runs;
}

/** Neighbours of one kind as one run; between two changes, what was removed comes first. */
function join(runs: readonly Run[]): Run[] {
  const made: Run[] = [];
  let [removed, added] = ['', ''];
  const flush = () => {
    if (removed) made.push({ what: 'removed', text: removed });
    if (added) made.push({ what: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const run of runs) {
    if (!run.text) continue;
    if (run.what === 'removed') removed += run.text;
    else if (run.what === 'added') added += run.text;
    else {
      flush();
      const last = made[made.length - 1];
      if (last?.what === 'same') last.text += run.text;
      else made.push({ ...run });
    }
  }
  flush();
  return made;
}
