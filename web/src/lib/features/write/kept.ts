// SPDX-License-Identifier: Apache-2.0
// What the node keeps of drafts, and whether it is what stands here.
import { api, ApiError, ask, type Schemas } from '$lib/api';

type Product = Schemas['DraftProduct'];

/** Whether a draft of that name is kept: an amendment or a rewording has its name before anything of it is written. */
export async function isKept(id: string): Promise<boolean> {
  return (await ask(api.GET('/api/drafts'))).items.some((line) => line.id === id);
}

/** Nothing is there; any other failure is one. */
export function missing(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}

export function sameText(one: Product, other: Product): boolean {
  return JSON.stringify(one.portions.map((p) => [p.kind, p.tag, p.variants.map((v) => v.body)])) === JSON.stringify(other.portions.map((p) => [p.kind, p.tag, p.variants.map((v) => v.body)]));
}
