// SPDX-License-Identifier: Apache-2.0
// A file that the node made, into the person's own folder: nothing is kept of it in the page.

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** In pieces: a file of many megabytes is too long for one call. */
export function toBase64(raw: Uint8Array): string {
  let text = '';
  for (let at = 0; at < raw.length; at += 0x8000) text += String.fromCharCode(...raw.subarray(at, at + 0x8000));
  return btoa(text);
}

export function download(name: string, base64: string, type = 'application/octet-stream'): void {
  saveBlob(name, new Blob([fromBase64(base64)], { type }));
}

/** A file that came as one; a large one lies on the browser's disk, not in the page. */
export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
