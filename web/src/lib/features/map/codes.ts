// SPDX-License-Identifier: Apache-2.0
// APP-6 codes. What an originator gave as a symbol is drawn; otherwise nothing is claimed: the identity is "unknown".

/** Version, context, identity unknown, symbol set, entity: air missile, and no more than an activity. */
const LAUNCH = '10010200001100000000';
export const OTHER = '10014000000000000000';
const IMPACT = '10012500002108000000';

export function codeOf(symbol: string, role: string): string {
  return symbol || (role === 'launch' ? LAUNCH : role === 'impact' ? IMPACT : OTHER);
}
