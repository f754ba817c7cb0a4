// SPDX-License-Identifier: Apache-2.0
// How a product stands with a member, as the node says it, in words; the sign before them never stands alone.
import type { Schemas } from '$lib/api';
import { anyOf, names, t } from '$lib/i18n';
import type { Row } from '$lib/ui/Told.svelte';

type Outcome = Schemas['OutcomeOut'];

const SIGNS: Record<string, string> = { held: '●', waits: '◐', returned: '↩', refused: '✕', recalled: '◌', destroyed: '○', unproposed: '–', withheld: '–' };

const TONES: Record<string, Row['tone']> = { held: 'good', waits: 'warn', returned: 'warn', recalled: 'warn' };

/** A line of it. `named`: not where what stands above names just these members. */
export const tell = (outcome: Outcome, { holds = false, named = true } = {}): Row => ({
  what: outcome.state, sign: signOf(outcome), tone: TONES[outcome.state], whom: named ? names(outcome.members) : '', words: standing(outcome, holds), note: outcome.note
});

export const signOf = (outcome: Outcome) => SIGNS[outcome.state] ?? '–';

/** `holds`: the members hold something older, so that what waits are newer words. */
export function standing(outcome: Outcome, holds = false): string {
  const { state, at_dtg: dtg, posts, vacant } = outcome;
  switch (state) {
    case 'held':
      return dtg ? t(outcome.text ? 'product.stand_held' : 'product.stand_held_dark', { dtg }) : t('product.stand_held_undated');
    case 'waits':
      if (posts.length) return t(holds ? 'product.stand_waits_newer' : 'product.stand_waits', { posts: anyOf(posts) });
      return vacant.length ? t('product.stand_waits_vacant', { posts: anyOf(vacant) }) : t('product.stand_waits_nobody');
    case 'refused':
      return t('product.stand_refused', { posts: anyOf(posts), dtg });
    case 'recalled':
      return t('product.stand_recalled', { dtg });
    case 'destroyed':
      return t('product.stand_destroyed', { dtg });
    case 'returned':
      return t('product.stand_returned');
    case 'unproposed':
      return t('product.stand_unproposed');
    default:
      return t('product.stand_withheld');
  }
}
