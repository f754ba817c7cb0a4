// SPDX-License-Identifier: Apache-2.0
// Where a draft came from stands in its own name: an amendment of a product, or the rewording of one that the desk sent back.

export type Purpose = 'new' | 'amend' | 'again';

export interface Origin {
  purpose: Purpose;
  /** The product's key; empty for a new one. */
  key: string;
}

export function originOf(id: string, member: string): Origin {
  const found = /^(amend|again)_([0-9a-f]{32})(_|$)/.exec(id);
  return found ? { purpose: found[1] as Purpose, key: `${member}.${found[2]}` } : { purpose: 'new', key: '' };
}

export function draftIdOf(purpose: 'amend' | 'again', key: string): string {
  return `${purpose}_${key.slice(key.indexOf('.') + 1)}`;
}

const POSTS = 'post_';

/** Whether a draft is the post's, by its name. */
export function isPosts(id: string): boolean {
  return id.startsWith(POSTS);
}

/** A name for a draft that everybody of the post with the same clearance may go on with. */
export function postsId(post: string): string {
  return `${POSTS}${post}_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

/** Another name for the same purpose: both texts are kept where two windows wrote. */
export function besides(id: string): string {
  const drawn = crypto.randomUUID().replaceAll('-', '');
  const found = /^(amend|again)_[0-9a-f]{32}/.exec(id);
  return found ? `${found[0]}_${drawn.slice(0, 12)}` : drawn;
}
