// SPDX-License-Identifier: Apache-2.0
// A copy leaves as a file: numbered and on record at the node before its first byte is here.
import { api, ask } from '$lib/api';
import { t } from '$lib/i18n';
import { toasts } from '$lib/shell/toasts.svelte';

/** Ask for a numbered copy and hand it to the browser's downloads. */
export async function saveCopy(key: string): Promise<void> {
  try {
    const copy = await ask(api.POST('/api/products/{key}/copies', { params: { path: { key } }, body: { form: 'export' } }));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([copy.html], { type: 'text/html' }));
    link.download = `${copy.rendition.reference.replaceAll(' ', '-')}-copy-${copy.copy}.html`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    toasts.show(t('product.saved', { copy: copy.copy }), { tone: 'good' });
  } catch (error) {
    toasts.fail(error);
  }
}
