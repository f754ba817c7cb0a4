// SPDX-License-Identifier: Apache-2.0
// Date-time groups for clocks, and as they are typed. Those of products come printed from the node.

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `120112Z JUL 23`: UTC, months in English capitals in every language. */
export function printDtg(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(at.getUTCDate())}${two(at.getUTCHours())}${two(at.getUTCMinutes())}Z`;
  return `${clock} ${MONTHS[at.getUTCMonth()]} ${two(at.getUTCFullYear() % 100)}`;
}

/** The same moment where the reader sits: `10:12`. */
export function printLocal(at: Date): string {
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}

/** Both, for within a sentence: `120112Z JUL 23 (10:12)`. `dtg`: as the node printed it. */
export function sayTime(at: string, dtg?: string): string {
  const when = new Date(at);
  return `${dtg ?? printDtg(when)} (${printLocal(when)})`;
}

const DTG = /^(\d\d)(\d\d)(\d\d)Z? ?([A-Z]{3}) ?(\d\d)$/;
const DAY = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d))?(?::\d\d)?Z?$/;

/** `120104Z JUL 23`, `2023-07-12` or `2023-07-12 01:04` as the node takes times; anything else goes as typed, and is refused there. */
export function zulu(typed: string): string {
  const text = typed.trim().toUpperCase();
  const dtg = DTG.exec(text);
  const month = MONTHS.indexOf(dtg?.[4] ?? '') + 1;
  if (dtg && month) return `20${dtg[5]}-${String(month).padStart(2, '0')}-${dtg[1]}T${dtg[2]}:${dtg[3]}:00Z`;
  const day = DAY.exec(text);
  return day ? `${day[1]}T${day[2] ?? '00:00'}:00Z` : text;
}

/** Whether `zulu` makes a time of it. */
export function isTime(typed: string): boolean {
  return !Number.isNaN(Date.parse(zulu(typed))) && /Z$/.test(zulu(typed));
}
