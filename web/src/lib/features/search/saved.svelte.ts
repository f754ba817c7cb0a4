// SPDX-License-Identifier: Apache-2.0
// A person's saved searches, kept by the node.
import { api, ask, type Schemas } from '$lib/api';
import { t } from '$lib/i18n';
import { toasts } from '$lib/shell/toasts.svelte';
import type { Asked } from './search.svelte.ts';

export type Saved = Schemas['SavedSearchOut'];

/** Moves with every change, so that lists of searches and of what they found ask again. */
export const kept: { changes: number } = $state({ changes: 0 });

const path = (id: string) => ({ params: { path: { search_id: id } } });

export async function saveSearch(id: string, name: string, query: Asked, alert: boolean, seen = ''): Promise<void> {
  await ask(api.PUT('/api/searches/{search_id}', { ...path(id), body: { name, query, alert, seen } }));
  kept.changes++;
}

export function newId(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('-');
}

/** Delete, with ten seconds to think again: what it had found and nobody looked at is news again, too. */
export async function deleteSearch(saved: Saved): Promise<void> {
  try {
    await ask(api.DELETE('/api/searches/{search_id}', path(saved.id)));
    toasts.show(t('search.deleted', { name: saved.name }), { undo: () => void restore(saved) });
  } catch (error) {
    toasts.fail(error);
  }
  kept.changes++;
}

async function restore(saved: Saved): Promise<void> {
  try {
    await saveSearch(saved.id, saved.name, saved.query, saved.alert, saved.seen);
  } catch (error) {
    toasts.fail(error);
  }
}

export async function seeSearch(id: string): Promise<void> {
  await ask(api.POST('/api/searches/{search_id}/seen', path(id))).catch((error: unknown) => toasts.fail(error));
  kept.changes++;
}
