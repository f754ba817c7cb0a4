// SPDX-License-Identifier: Apache-2.0
// For whom something waits and who decides, in words: the posts, or why none does.
import { anyOf, names, t } from '$lib/i18n';

export interface Awaiting {
  members: readonly string[];
  posts: readonly string[];
  /** Where no post decides: those that have the authority, and nobody there who can read all of it. */
  vacant: readonly string[];
}

export function awaiting({ members, posts, vacant }: Awaiting): string {
  const values = { members: names(members) };
  if (posts.length) return t('product.awaits', { ...values, posts: anyOf(posts) });
  return vacant.length ? t('product.awaits_vacant', { ...values, posts: anyOf(vacant) }) : t('product.awaits_nobody', values);
}
