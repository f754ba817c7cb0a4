// SPDX-License-Identifier: Apache-2.0
import type English from './en';

type Catalogue = typeof English;
type Leaf<F extends keyof Catalogue> = `${F & string}.${keyof Catalogue[F] & string}`;
export type Key = { [F in keyof Catalogue]: Leaf<F> }[keyof Catalogue];
export type Lang = 'en' | 'fr' | 'ko' | 'ja';
type Values = Record<string, string | number>;

export const LANGUAGES: Record<Lang, string> = { en: 'English', fr: 'Français', ko: '한국어', ja: '日本語' };
const LOADERS: Record<Lang, () => Promise<{ default: unknown }>> = {
  en: () => import('./en'),
  fr: () => import('./fr'),
  ko: () => import('./ko'),
  ja: () => import('./ja')
};
const KEPT = 'tearline.language';

type Words = Record<string, Record<string, string>>;
const state = $state({ lang: 'en' as Lang, words: {} as Words });

/** The language of the screens now. */
export function lang(): Lang {
  return state.lang;
}

/** The words of a key, with `{name}` filled in. A key without words shows itself, so that it is noticed. */
export function t(key: Key, values: Values = {}): string {
  const [feature, name] = split(key);
  return fill(state.words[feature]?.[name] ?? key, values);
}

/** The words of a key that may have none, with `{0}`, `{1}` … filled in. */
export function maybe(feature: keyof Catalogue, name: string, values: readonly string[] = []): string | undefined {
  const words = state.words[feature]?.[name];
  return words === undefined ? undefined : fill(words, Object.fromEntries(values.entries()));
}

/** The plural of a key: `key_one`, `key_other` (Intl decides which); `{count}` is filled in. */
export function n(key: string, count: number, values: Values = {}): string {
  const rule = new Intl.PluralRules(state.lang).select(count);
  const [feature, name] = split(key);
  const words = state.words[feature] ?? {};
  const shown = words[`${name}_${rule}`] ?? words[`${name}_other`] ?? key;
  return fill(shown, { count: new Intl.NumberFormat(state.lang).format(count), ...values });
}

/** Several names in a sentence: "KOR, JPN and AUS". */
export function names(items: readonly string[]): string {
  return new Intl.ListFormat(state.lang, { type: 'conjunction' }).format(items);
}

/** Any of them: "A or B". */
export function anyOf(items: readonly string[]): string {
  return new Intl.ListFormat(state.lang, { type: 'disjunction' }).format(items);
}

export async function setLanguage(next: Lang): Promise<void> {
  const loaded = await LOADERS[next]();
  state.words = loaded.default as Words;
  state.lang = next;
  document.documentElement.lang = next;
  localStorage.setItem(KEPT, next);
}

export async function startLanguage(): Promise<void> {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages].map((l) => l?.slice(0, 2));
  await setLanguage((wanted.find((l) => l && l in LOADERS) as Lang | undefined) ?? 'en');
}

function split(key: string): [string, string] {
  const dot = key.indexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
}

function fill(words: string, values: Values): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
