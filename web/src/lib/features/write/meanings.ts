// SPDX-License-Identifier: Apache-2.0
// What labels mean and what may be chosen of them, as the node says it in the page's language.
import { api, ask, type Schemas } from '$lib/api';
import { lang } from '$lib/i18n';
import type { Described, Label } from './schema';

const DESCRIBE_MAX = 200; // labels in one question

/** What labels, and labels that choices make, mean: in the page's language, in that order. */
export async function describe(labels: readonly Label[], choices: readonly Schemas['Choice'][] = []): Promise<Described[]> {
  const items: Described[] = [];
  const asked = [...labels.map((label) => ({ label })), ...choices.map((choice) => ({ choice }))];
  for (let at = 0; at < asked.length; at += DESCRIBE_MAX) {
    const part = asked.slice(at, at + DESCRIBE_MAX);
    const body = {
      labels: part.flatMap((one) => ('label' in one ? [one.label] : [])),
      choices: part.flatMap((one) => ('choice' in one ? [one.choice] : [])),
      lang: lang()
    };
    items.push(...((await ask(api.POST('/api/labels/describe', { body }))).items as Described[]));
  }
  return items;
}

/** What this writer may choose, in the page's language. */
export async function askChoices(): Promise<Schemas['Choices']> {
  return (await ask(api.GET('/api/labels/choices', { params: { query: { lang: lang() } } }))) as Schemas['Choices'];
}

/** By the label's JSON. */
export async function describeAll(labels: readonly Label[]): Promise<Map<string, Described>> {
  const found = await describe(labels);
  return new Map(labels.map((label, n) => [JSON.stringify(label), found[n] as Described]));
}
