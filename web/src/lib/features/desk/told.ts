// SPDX-License-Identifier: Apache-2.0
// What a decision came to: what left is told apart from what was only recorded and waits for another officer.
import type { Schemas } from '$lib/api';
import type { Row } from '$lib/ui/Told.svelte';

type Line = Schemas['RegisterLine'];

export interface Told {
  what: 'released' | 'recorded' | 'refused' | 'returned' | 'confirmed' | 'questioned';
  words: string;
}

const SIGNS: Record<Told['what'], string> = { released: '●', recorded: '◐', refused: '⊘', returned: '✎', confirmed: '✓', questioned: '▲' };

/** A line of the screen. */
export const tell = (one: Told, by?: string): Row => ({ ...one, by, sign: SIGNS[one.what], tone: ['released', 'confirmed'].includes(one.what) ? 'good' : 'warn' });

export interface Decided extends Pick<Line, 'authority' | 'actor' | 'post' | 'at_dtg'> {
  what: 'released' | 'refused' | 'returned';
  members: string[];
}

const acts = (line: Line): line is Line & Pick<Decided, 'what'> => ['released', 'refused', 'returned'].includes(line.what);

/** The review of a watch's release, the newest. */
export const findReviewed = (lines: readonly Line[]): Line | undefined => lines.find((line) => line.what === 'reviewed');

/** The decisions among a product's lines of the register, newest first: one act is one, whomever it was for. */
export function listDecided(lines: readonly Line[]): Decided[] {
  const found: Decided[] = [];
  for (const line of lines.filter(acts)) {
    const { what, member, authority, actor, post, at_dtg } = line;
    const last = found.at(-1);
    if (last && last.what === what && last.authority === authority && last.actor === actor && last.post === post && last.at_dtg === at_dtg) last.members.unshift(member);
    else found.push({ what, members: [member], authority, actor, post, at_dtg });
  }
  // What was sent back and filed again since is not how it stands.
  return found.filter((one, at) => one.what !== 'returned' || at === 0);
}
