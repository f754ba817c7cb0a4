// SPDX-License-Identifier: Apache-2.0
// What marks say in the reader's language, asked of the node once for each mark that is drawn. The browser reads no mark.
import { api, ask, events, type Schemas } from '$lib/api';
import { lang } from '$lib/i18n';

type Gloss = Schemas['Gloss'];
const WAIT_MS = 20;
const MARKS_MAX = 200; // in one question

class Glosses {
  #known: ReadonlyMap<string, Gloss> = $state.raw(new Map());
  #wanted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    // A policy may say it otherwise since; and what was not answered is asked again.
    events.on('again', () => (this.#known = new Map()));
  }

  /** Undefined until the node has said it. */
  of(mark: string): Gloss | undefined {
    const found = this.#known.get(`${lang()} ${mark}`);
    if (!found && mark) this.#want(mark);
    return found;
  }

  /** What a mark says that is written in another language than the page; else nothing. */
  plain(mark: string): string {
    const gloss = this.of(mark);
    return (gloss?.foreign && gloss.words) || '';
  }

  #want(mark: string): void {
    this.#wanted.add(mark);
    this.#timer ??= setTimeout(() => void this.#ask(), WAIT_MS);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    const [language, marks] = [lang(), [...this.#wanted].slice(0, MARKS_MAX)];
    for (const mark of marks) this.#wanted.delete(mark);
    if (this.#wanted.size) this.#timer = setTimeout(() => void this.#ask(), WAIT_MS);
    try {
      const { items } = await ask(api.POST('/api/labels/marks', { body: { marks, lang: language } }));
      const said = marks.flatMap((mark, n) => (items[n] ? [[`${language} ${mark}`, items[n]] as const] : []));
      this.#known = new Map([...this.#known, ...said]);
    } catch {
      // The mark stands as it is; a lost link asks again when it is back.
    }
  }
}

export const glosses = new Glosses();
