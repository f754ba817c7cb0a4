// SPDX-License-Identifier: Apache-2.0
// What every list of products has in common: its titles, and how one moves in it.
import type { Schemas } from '$lib/api';
import { lang, t } from '$lib/i18n';
import type { Command } from '$lib/shell/commands.svelte';
import { router } from '$lib/shell/router.svelte';
import { wordingFor } from './wording';

/** The title as this reader can read it. */
export function titleOf(line: Pick<Schemas['SummaryOut'], 'title'>): { text: string; lang: string } {
  const body = line.title?.body;
  if (body?.type !== 'text') return { text: '', lang: '' };
  return wordingFor(body.wordings, lang()) ?? { text: '', lang: '' };
}

/** j, k and Enter. */
export function moves(at: number, picked: string, pick: (index: number) => void): Command[] {
  return [
    { id: 'list.next', keys: 'j | ArrowDown', words: t('inbox.key_next'), quiet: true, run: () => pick(at + 1) },
    { id: 'list.previous', keys: 'k | ArrowUp', words: t('inbox.key_previous'), quiet: true, run: () => pick(at - 1) },
    { id: 'list.open', keys: 'Enter', words: t('inbox.key_open'), run: () => (picked ? router.go('product', [picked]) : pick(0)) }
  ];
}
