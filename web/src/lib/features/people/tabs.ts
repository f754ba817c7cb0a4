// SPDX-License-Identifier: Apache-2.0
// The places of "People and policies", and for which duties: each is found by name from every screen.
import type { Key } from '$lib/i18n';

const KEEPERS = ['administration', 'security', 'audit'];

export const TABS = [
  { name: 'me', words: 'people.tab_me', duties: [] },
  { name: 'people', words: 'people.tab_people', duties: KEEPERS },
  { name: 'posts', words: 'people.tab_posts', duties: KEEPERS },
  { name: 'policies', words: 'people.tab_policies', duties: [] },
  { name: 'delegations', words: 'people.tab_delegations', duties: [...KEEPERS, 'release'] },
  { name: 'health', words: 'people.tab_health', duties: KEEPERS }
] as const satisfies readonly { name: string; words: Key; duties: readonly string[] }[];

export type Tab = (typeof TABS)[number]['name'];
