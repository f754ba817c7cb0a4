// SPDX-License-Identifier: Apache-2.0
// Where one begins: at the inbox, or where the work is of who is cleared for nothing that ever stands in one.

const WORK = [
  ['administration', 'network'],
  ['audit', 'audit'],
  ['security', 'network'],
  ['release', 'register']
] as const;

export function homeOf({ cleared, duties }: { cleared: boolean; duties: readonly string[] }): string {
  const found = cleared ? undefined : WORK.find(([duty]) => duties.includes(duty));
  return found?.[1] ?? 'inbox';
}
