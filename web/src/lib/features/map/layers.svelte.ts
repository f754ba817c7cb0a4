// SPDX-License-Identifier: Apache-2.0
// Which of the reader's positions a map draws: by kind, originator, time and age.
import type { Placed } from './features.svelte';
import type { Position } from './pieces.ts';

export const DAY_MS = 86_400_000;
export const AGES = [0, 1, 7, 30, 365] as const;
const FADED = 0.3;

export interface Spotted extends Position {
  item: Placed;
  text: string;
  mark: string;
  at_dtg: string;
}

export class Layers {
  /** What is switched off. */
  kinds: string[] = $state.raw([]);
  originators: string[] = $state.raw([]);
  /** Days; 0: any. */
  age = $state(0);
  /** Milliseconds since 1970; undefined: from the first, to the last. */
  from: number | undefined = $state();
  to: number | undefined = $state();

  toggle(what: 'kinds' | 'originators', name: string): void {
    this[what] = this[what].includes(name) ? this[what].filter((n) => n !== name) : [...this[what], name];
  }

  /** What is drawn, as of a time. */
  choose(spots: readonly Spotted[], now: number): Spotted[] {
    const asOf = this.to ?? now;
    const earliest = Math.max(this.from ?? -Infinity, this.age ? asOf - this.age * DAY_MS : -Infinity);
    return spots
      .filter((s) => !this.kinds.includes(s.item.kind) && !this.originators.includes(s.item.originator) && s.at >= earliest && s.at <= (this.to ?? Infinity))
      .map((s) => ({ ...s, fade: fadeOf(asOf - s.at) }));
  }
}

/** Full for a day, then slowly less, never gone. */
export function fadeOf(age_ms: number): number {
  const days = age_ms / DAY_MS;
  return days <= 1 ? 1 : Math.max(FADED, 1 - (1 - FADED) * (Math.log(days) / Math.log(365)));
}

export function spotsOfItems(items: readonly Placed[]): Spotted[] {
  return items.flatMap((item) =>
    item.positions.map((p): Spotted => ({
      item, key: item.key, geometry: p.geometry, role: p.role, symbol: p.symbol, fade: 1, text: p.text, mark: p.mark,
      at: Date.parse(p.at ?? p.launched ?? item.filed), at_dtg: p.at_dtg ?? item.filed_dtg,
      launched: p.launched ? Date.parse(p.launched) : undefined
    }))
  );
}

/** `3 h`, `12 d`: in the reader's language. */
export function printAge(age_ms: number, lang: string): string {
  const [value, unit] = age_ms < DAY_MS * 2 ? [age_ms / 3_600_000, 'hour'] : [age_ms / DAY_MS, 'day'];
  return new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(Math.max(0, value));
}
