// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '$lib/api';
import { maybe, t, type Key } from '$lib/i18n';
import { zulu } from '$lib/shell/dtg';

export type Line = Schemas['TrailLine'];

export const KINDS = ['wrote', 'released', 'recalled', 'opened', 'listed', 'searched', 'exchanged', 'audited', 'kept'] as const;
export type Kind = (typeof KINDS)[number];

/** What was done, in words: of a read, whether it was opened or only listed; an act of a newer node shows its own name. */
export function actWords({ act, kind }: Pick<Line, 'act' | 'kind'>): string {
  const key = `audit.act_${act}${kind === 'listed' ? '_listed' : ''}` as Key;
  const words = t(key);
  return words === key ? act : words;
}

/** What a field of an entry's header is called; one of a newer node shows its own name. */
export function fieldWords(name: string): string {
  return maybe('audit', `field_${name}`) ?? name;
}

const TRUTHS = ['cleared', 'second_factor'];

/** Its value; yes, no and how it was read in words, everything else as it stands there. */
export function valueWords(name: string, value: string): string {
  if (name === 'log') return logWords(value);
  if (name === 'kinds') return value.split(', ').map(kindWords).join(', ');
  if (name === 'form') return maybe('audit', `form_${value}`) ?? value;
  return TRUTHS.includes(name) ? (maybe('audit', value) ?? value) : value;
}

export const kindWords = (kind: string) => ((KINDS as readonly string[]).includes(kind) ? t(`audit.kind_${kind as Kind}`) : kind);
export const logWords = (log: string) => (log === 'access' ? t('audit.log_access') : t('audit.log_journal'));
export const nameOf = (line: Line) => `${line.log} ${line.position}`;

export interface Wanted {
  person: string;
  post: string;
  product: string;
  member: string;
  kinds: Kind[];
  /** As typed: a DTG, or a day and a time, always Zulu. */
  since: string;
  until: string;
}

export const EVERYTHING: Wanted = { person: '', post: '', product: '', member: '', kinds: [], since: '', until: '' };

/** The filter as the node takes it; what is empty is left out. */
export function asQuery(wanted: Wanted): Record<string, string> {
  const found = {
    person: wanted.person.trim(), post: wanted.post.trim(), product: wanted.product.trim(), member: wanted.member.trim().toUpperCase(),
    kind: wanted.kinds.join(','), since: zulu(wanted.since), until: zulu(wanted.until)
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value));
}
