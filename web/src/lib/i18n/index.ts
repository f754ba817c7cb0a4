// SPDX-License-Identifier: Apache-2.0
// Words of the screens. Keys are typed after the English catalogue: `t('inbox.title')`, `t('desk.waiting', { count: 3 })`.
// `{name}` takes a value; `{count|one|other}` style plurals are written as keys `x_one`, `x_other` and asked for with `n`.
export { lang, LANGUAGES, maybe, n, anyOf, names, startLanguage, t, setLanguage } from './catalogue.svelte';
export type { Key, Lang } from './catalogue.svelte';
