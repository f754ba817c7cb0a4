// SPDX-License-Identifier: Apache-2.0
// A copy leaves as a file: numbered and on record at the node before its first byte is here.
import { api, ask, type Schemas } from '$lib/api';
import { lang } from '$lib/i18n';

export type Format = 'pdf' | 'html' | 'text';
export const FORMATS: readonly Format[] = ['pdf', 'html', 'text'];

const HTML = 'text/html;charset=utf-8';

/** Ask for a numbered copy and hand it to the browser's downloads; gives the copy's number. */
export async function saveCopy(key: string, format: Format, sidecar: boolean): Promise<number> {
  const body = { form: 'export', format, sidecar, lang: lang() };
  const copy = await ask(api.POST('/api/products/{key}/copies', { params: { path: { key } }, body }));
  if (copy.file) download(copy.file.name, fromBase64(copy.file.base64), copy.file.media_type);
  else download(`${copy.rendition.reference.replaceAll(' ', '-')}-copy-${copy.copy}.html`, copy.html, HTML);
  return copy.copy;
}

/** A numbered copy for the printer. */
export async function numberPrint(key: string): Promise<Schemas['MadeCopy']> {
  return (await ask(api.POST('/api/products/{key}/copies', { params: { path: { key } }, body: { form: 'print', lang: lang() } }))) as Schemas['MadeCopy'];
}

function download(name: string, content: BlobPart, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
