// SPDX-License-Identifier: Apache-2.0
// Date-time groups for clocks. Those of products come printed from the node.

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
