// SPDX-License-Identifier: Apache-2.0
// What a decision came to: what left is told apart from what was only recorded and waits for another officer.

export interface Told {
  what: 'released' | 'recorded' | 'other';
  words: string;
}

export const SHAPES: Record<Told['what'], string> = { released: '●', recorded: '◐', other: '○' };
