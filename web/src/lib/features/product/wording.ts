// SPDX-License-Identifier: Apache-2.0
/** Of several wordings the one in the reader's language; where there is none, the English one, which most can read; else the first. */
export function wordingFor<W extends { lang: string }>(wordings: readonly W[], reader: string): W | undefined {
  return wordings.find((w) => w.lang === reader) ?? wordings.find((w) => w.lang === 'en') ?? wordings[0];
}
