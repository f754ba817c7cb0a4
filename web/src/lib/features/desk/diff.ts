// SPDX-License-Identifier: Apache-2.0
// Where two wordings differ, word by word: for the eye of who compares them, and for nothing else.

export interface Piece {
  text: string;
  /** Stands in the other wording as well. */
  same: boolean;
}

const CELLS_MAX = 1_000_000;
// Words with what follows them; Chinese and Japanese characters one by one, since no space stands between words.
const WORDS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+|\s+/gu;

/** The pieces of both, in order; joined they are the two texts again. */
export function compare(before: string, after: string): { before: Piece[]; after: Piece[] } {
  const a = before.match(WORDS) ?? [];
  const b = after.match(WORDS) ?? [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [keptA, keptB] = common(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return { before: pieces(a, start, end, keptA), after: pieces(b, start, end, keptB) };
}

/** Longest common subsequence; beyond a bound nothing of the middle counts as common. */
function common(a: string[], b: string[]): [boolean[], boolean[]] {
  const keptA = a.map(() => false);
  const keptB = b.map(() => false);
  if (a.length * b.length > CELLS_MAX) return [keptA, keptB];
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) keptA[i++] = keptB[j++] = true;
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return [keptA, keptB];
}

function pieces(words: string[], start: number, end: number, kept: boolean[]): Piece[] {
  const out: Piece[] = [];
  const stays = (n: number) => n < start || n >= words.length - end || (kept[n - start] ?? false);
  words.forEach((word, n) => {
    // A space between two words that differ is no island of its own.
    const between = word.trim() === '' && n > 0 && n < words.length - 1 && !stays(n - 1) && !stays(n + 1);
    const same = stays(n) && !between;
    const last = out.at(-1);
    if (last?.same === same) last.text += word;
    else out.push({ text: word, same });
  });
  return out;
}
