// SPDX-License-Identifier: Apache-2.0
// What is to be compared: lines chosen in a list, or products opened one after the other, each with the key =.
import { t } from '$lib/i18n';
import type { Command } from '$lib/shell/commands.svelte';
import { router } from '$lib/shell/router.svelte';
import { toasts } from '$lib/shell/toasts.svelte';

/** Opened and marked for comparing; it goes with the page. */
let marked: string[] = $state([]);

/** Compare what is chosen in the list; else mark the open product, and compare once a second one is marked. */
function compare(chosen: readonly string[], open: string): void {
  const keys = chosen.length > 1 ? [...chosen] : [...new Set([...marked, ...chosen, ...(open ? [open] : [])])];
  if (keys.length > 1) {
    marked = [];
    router.go('compare', keys);
  } else if (keys.length) {
    marked = keys;
    toasts.show(t('product.compare_marked'), { undo: () => (marked = []) });
  }
}

export const comparing = (chosen: readonly string[], open: string): Command => ({
  id: 'product.compare', keys: '=', words: t('product.compare'), run: () => compare(chosen, open)
});
