// SPDX-License-Identifier: Apache-2.0

/** Who chose an item goes on in it, by key or by ear; who types somewhere is left there. */
export function arrive(heading: HTMLElement | undefined): void {
  if (!document.activeElement?.matches('input, textarea, select')) heading?.focus();
}
