// SPDX-License-Identifier: Apache-2.0
// A main task of a screen, played in at most three steps. A step is a key (or two in a row, like g z), a click, or a form filled
// in. What one has to say (words into the field that has the focus) is none. The fourth step is refused.
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';

const STEPS_MAX = 3;
type Role = 'button' | 'link' | 'option' | 'textbox' | 'combobox';
type Values = Record<string, string>;

export type Language = 'en' | 'ko';

/** The words of a key of the catalogue, as the screens have them. */
export function wordsOf(language: Language, key: string, values: Values = {}): string {
  const [feature, name] = key.split('.') as [string, string];
  const path = new URL(`../src/lib/i18n/${language}/${feature}.json`, import.meta.url);
  const found = (JSON.parse(readFileSync(path, 'utf-8')) as Values)[name];
  if (found === undefined) throw new Error(`no words of ${key} in ${language}`);
  return found.replace(/\{(\w+)\}/g, (whole, named: string) => values[named] ?? whole);
}

export class Steps {
  readonly page: Page;
  readonly language: Language;
  readonly task: string;
  #left = STEPS_MAX;

  constructor(page: Page, language: Language, task: string) {
    [this.page, this.language, this.task] = [page, language, task];
  }

  /** A key, or two one after the other. */
  async press(keys: string): Promise<void> {
    this.#step(keys);
    for (const key of keys.split(' ')) await this.page.keyboard.press(key);
  }

  /** A control by its role and its words in the catalogue; in the dialog, where one is open. */
  async click(role: Role, key: string, values: Values = {}): Promise<void> {
    this.#step(key);
    await this.#find(role, wordsOf(this.language, key, values)).click();
  }

  /** A line by words of its own: content is in its author's language. */
  async pick(role: Role, content: string): Promise<void> {
    this.#step(content);
    await this.#find(role, content).click();
  }

  /** Everything of one form. */
  async form(fill: (find: (role: Role | 'checkbox', key: string) => Locator) => Promise<void>): Promise<void> {
    this.#step('a form');
    await fill((role, key) => {
      const parts = wordsOf(this.language, key).split(/\{\w+\}/);
      const longest = [...parts].sort((one, other) => other.length - one.length)[0] ?? '';
      return this.#scope().getByRole(role, { name: longest.trim(), exact: parts.length === 1 }).first();
    });
  }

  /** Words into what has the focus: it has to have it by itself. */
  async say(words: string): Promise<void> {
    const typing = () => document.activeElement?.matches('input, textarea, [contenteditable=true]') ?? false;
    await this.page.waitForFunction(typing, undefined, { timeout: 5000 }).catch(() => { throw new Error(`${this.task}: nothing to type into has the focus`); });
    await this.page.keyboard.type(words);
  }

  get words(): (key: string, values?: Values) => string {
    return (key, values) => wordsOf(this.language, key, values);
  }

  #step(what: string): void {
    if (this.#left-- < 1) throw new Error(`${this.task} in ${this.language} takes a step more than ${STEPS_MAX}: ${what}`);
  }

  #find(role: Role, name: string): Locator {
    return this.#scope().getByRole(role, { name }).first();
  }

  #scope(): Locator {
    return this.page.locator('body:not(:has([role=dialog])), [role=dialog]').last();
  }
}
