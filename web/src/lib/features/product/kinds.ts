// SPDX-License-Identifier: Apache-2.0
// Kinds of products and portions in words; one that has none here is shown as it is named.
import { t, type Key } from '$lib/i18n';

function words(key: string, name: string): string {
  const shown = t(key as Key);
  return shown === key ? name : shown;
}

export const kindOf = (kind: string): string => words(`product.kind_${kind}`, kind);
export const portionKind = (kind: string): string => words(`product.portion_${kind}`, kind);
