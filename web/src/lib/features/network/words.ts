// SPDX-License-Identifier: Apache-2.0
// The node's states in words, and lengths of time as people say them. Nothing here decides anything.
import type { Schemas } from '$lib/api';
import { lang, maybe, n, t, type Key } from '$lib/i18n';

export type Network = Schemas['NetworkOut'];
export type Partner = Schemas['PartnerOut'];
export type Link = Schemas['LinkOut'];
export type Lane = Schemas['LaneOut'];

export const LANES = ['FLASH', 'IMMEDIATE', 'PRIORITY', 'ROUTINE'] as const;

interface Shown {
  words: Key;
  /** Colour and shape together: neither carries the meaning alone. */
  tone: 'good' | 'warn' | 'bad';
  shape: string;
}

const STATES: Record<string, Shown> = {
  up: { words: 'network.link_up', tone: 'good', shape: '●' },
  down: { words: 'network.link_down', tone: 'bad', shape: '▲' },
  starting: { words: 'network.link_starting', tone: 'warn', shape: '◌' },
  'off line by plan': { words: 'network.link_off_here', tone: 'warn', shape: '‖' },
  'off line there by plan': { words: 'network.link_off_there', tone: 'warn', shape: '‖' }
};

export function stateOf(partner: Partner, link: Link | undefined): Shown {
  if (partner.ahead) return { words: 'network.ahead', tone: 'bad', shape: '▲' };
  if (partner.paused) return STATES['off line by plan']!;
  return STATES[link?.state ?? ''] ?? { words: 'network.link_off', tone: 'warn', shape: '◌' };
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1]
] as const;

/** 90 → "1 min", 7,300 → "2 hr"; below a second in milliseconds. */
export function lasting(seconds: number): string {
  if (seconds > 0 && seconds < 1) return print(Math.round(seconds * 1000), 'millisecond');
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? (['second', 1] as const);
  return print(Math.floor(seconds / size), unit);
}

function print(count: number, unit: string): string {
  return new Intl.NumberFormat(lang(), { style: 'unit', unit, unitDisplay: 'short' }).format(count);
}

export function daysLeft(days: number | null | undefined): string {
  if (days === null || days === undefined) return t('network.certificate_unseen');
  return days < 0 ? t('network.certificate_ended') : n('network.certificate_days', days);
}

/** A month before the end somebody has to act. */
export function endsSoon(days: number | null | undefined): boolean {
  return days !== null && days !== undefined && days < 30;
}

export function lanesOf(network: Network, member: string): Lane[] {
  const found = network.lanes.filter((lane) => lane.member === member);
  return LANES.flatMap((name) => found.filter((lane) => lane.lane === name));
}

export function total(lanes: readonly Lane[], what: 'backlog' | 'sent' | 'acknowledged'): number {
  return lanes.reduce((sum, lane) => sum + lane[what], 0);
}

/** The longest wait of any lane; undefined where nothing waits. */
export function longestWait(lanes: readonly Lane[]): number | undefined {
  const waits = lanes.map((lane) => lane.waiting_s).filter((wait): wait is number => typeof wait === 'number');
  return waits.length ? Math.max(...waits) : undefined;
}

const HELD: Record<string, Key> = { desk: 'network.held_desk', returned: 'network.held_returned', refused: 'network.held_refused' };
const KINDS: Record<string, Key> = {
  share: 'network.kind_share', recall: 'network.kind_recall', disposition: 'network.kind_disposition', receipt: 'network.kind_receipt',
  ending: 'network.kind_ending'
};
const SENT: Record<string, Key> = {
  waiting: 'network.state_waiting', received: 'network.state_received', superseded: 'network.state_superseded'
};

const say = (table: Record<string, Key>, code: string) => (table[code] ? t(table[code]) : code);
export const heldWords = (why: string) => say(HELD, why);
export const kindWords = (kind: string) => say(KINDS, kind);
export const sentWords = (state: string) => say(SENT, state);

/** What became of an entry where it came: `quarantined:other-packs`, `accepted` …; a code of a newer program as it is. */
export const arrivalWords = (code: string) => maybe('network', `arrival_${code.slice(code.indexOf(':') + 1)}`) ?? code;

const PAUSES = ['off-line-by-plan', 'there-off-line-by-plan'];

/** What went wrong on a link last. A pause is nothing wrong: the link's state says it, and once is enough. */
export const faultOf = (link: Link | undefined): string => [link?.last_error, link?.asked_error].find((code) => code && !PAUSES.includes(code)) ?? '';

/** What went wrong when a link was last asked. */
export const errorWords = (code: string) => maybe('network', `error_${code}`) ?? laneWords(code);

/** Why a run was not taken, or its lane is stopped. */
export const laneWords = (code: string) => maybe('network', `lane_${code}`) ?? code;
