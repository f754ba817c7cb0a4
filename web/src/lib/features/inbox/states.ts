// SPDX-License-Identifier: Apache-2.0
// How a line stands, as words for it.
import type { Key } from '$lib/i18n';
import type { Line } from './lines.svelte';

type Stated = Pick<Line, 'asked' | 'unread' | 'revised' | 'stands' | 'assigned' | 'done' | 'post_state'>;

/** What must not be missed comes first: a narrow line ends early. */
export function statesOf(line: Stated): [Key, Record<string, string>][] {
  const states: [unknown, string, Record<string, string>?][] = [
    [line.asked, 'is_asked'],
    [line.unread, 'is_unread'],
    [line.revised, 'is_revised'],
    [line.stands, `stands_${line.stands}`],
    [line.assigned, 'is_assigned', { person: line.assigned ?? '' }],
    [line.done, 'is_done'],
    [line.post_state && !line.asked, `is_${line.post_state}`]
  ];
  return states.filter(([holds]) => holds).map(([, name, values]) => [`inbox.${name}` as Key, values ?? {}]);
}
