// SPDX-License-Identifier: Apache-2.0
// One draft on the screen: its document, its head, its saves, and what the node says of it as it stands.
import { api, ask, Query, type Schemas } from '$lib/api';
import { lang, t } from '$lib/i18n';
import { explain, toasts } from '$lib/shell/toasts.svelte';
import { blankDoc, isLabelled, labelsOf, shownLabels, toDoc } from './convert';
import { Draft } from './draft.svelte';
import { Editor, type Hooks } from './editor.svelte';
import { Saver, type Saved } from './saver.svelte';
import { isEmpty, type Described, type Label } from './schema';

export const SAVE_MS = 800;
const LOOK_MS = 120;
const DESCRIBE_MAX = 200; // labels in one question

export async function describe(labels: readonly Label[], choices: readonly Schemas['Choice'][] = []): Promise<Described[]> {
  const body = { labels: [...labels], choices: [...choices], lang: lang() };
  return (await ask(api.POST('/api/labels/describe', { body }))).items as Described[];
}

async function describeAll(labels: readonly Label[]): Promise<Map<string, Described>> {
  const found = new Map<string, Described>();
  for (let at = 0; at < labels.length; at += DESCRIBE_MAX) {
    const part = labels.slice(at, at + DESCRIBE_MAX);
    (await describe(part)).forEach((meaning, n) => found.set(JSON.stringify(part[n]), meaning));
  }
  return found;
}

const put = async ({ id, text }: Saved) =>
  (await ask(api.PUT('/api/drafts/{draft_id}', { params: { path: { draft_id: id } }, body: JSON.parse(text) as Schemas['DraftProduct'] }))).saved;

export class Writing {
  readonly draft: Draft;
  readonly saver = new Saver(put, explain);
  editor: Editor | undefined = $state.raw();
  result: Schemas['FiledOut'] | undefined = $state.raw();
  busy: boolean = $state(false);
  /** What the document begins with. */
  readonly doc;
  /** The text that the newest answers are about. */
  #looked = '';
  #timers: { save?: ReturnType<typeof setTimeout>; look?: ReturnType<typeof setTimeout> } = {};

  readonly preview = new Query(async (signal) => {
    const body = this.#filed();
    if (!body) return undefined;
    const params = { query: { lang: lang() } };
    return (await ask(api.POST('/api/preview', { body, params, signal }))) as Schemas['PreviewOut'];
  });

  readonly advice = new Query(async (signal) => {
    const body = this.#filed();
    if (!body) return undefined;
    const params = { query: { lang: lang() } };
    return (await ask(api.POST('/api/advice', { body, params, signal }))) as Schemas['Advice'];
  });

  constructor(readonly choices: Schemas['Choices'], saved?: { id: string; draft: Schemas['DraftProduct'] }, meanings?: ReadonlyMap<string, Described>) {
    this.draft = new Draft(choices.policy);
    if (saved) this.draft.take(saved.id, saved.draft);
    this.doc = saved ? toDoc(saved.draft.portions, meanings ?? new Map(), lang()) : blankDoc(lang());
  }

  /** A new draft, or a saved one by its id. */
  static async open(id: string | undefined): Promise<Writing> {
    const choices = (await ask(api.GET('/api/labels/choices', { params: { query: { lang: lang() } } }))) as Schemas['Choices'];
    if (!id) return new Writing(choices);
    const draft = (await ask(api.GET('/api/drafts/{draft_id}', { params: { path: { draft_id: id } } }))).draft as Schemas['DraftProduct'];
    return new Writing(choices, { id, draft }, await describeAll(labelsOf(draft.portions)));
  }

  /** The document comes onto the page. */
  begin(place: HTMLElement, hooks: Pick<Hooks, 'onlabel' | 'onopen'>): void {
    this.editor = new Editor(place, this.doc, t('write.text'), {
      ...hooks,
      describe: (choices) => describe([], choices),
      join: async (labels) => (await ask(api.POST('/api/labels/join', { body: { labels: [...labels], lang: lang() } }))) as Described,
      refused: (error) => toasts.show(t('write.join_refused', { why: explain(error) }), { tone: 'bad' }),
      onpaste: (what) => toasts.show(what === 'too-long' ? t('write.paste_long') : t('write.pasted')),
      failed: (error) => toasts.fail(error)
    });
    if (this.draft.kept) this.saver.hold(this.#text());
    this.editor.view.focus();
  }

  end(): void {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#save(0);
    void this.saver.flush();
    this.preview.stop();
    this.advice.stop();
    this.editor?.destroy();
    this.editor = undefined;
  }

  get empty(): boolean {
    return !this.editor || isEmpty(this.editor.doc);
  }

  get labelled(): boolean {
    return this.editor !== undefined && isLabelled(this.editor.doc);
  }

  labels(): Label[] {
    return this.editor ? shownLabels(this.editor.doc) : [];
  }

  /** Something changed: save it and ask what becomes of it, a moment later. */
  changed(): void {
    clearTimeout(this.#timers.save);
    clearTimeout(this.#timers.look);
    if (this.result) return;
    this.#timers.save = setTimeout(() => this.#save(0), SAVE_MS);
    this.#timers.look = setTimeout(() => void this.look(), LOOK_MS);
  }

  async look(): Promise<void> {
    const text = JSON.stringify(this.#filed() ?? null) + lang();
    if (text === this.#looked) return;
    this.#looked = text;
    await this.preview.load();
    if (text === this.#looked) await this.advice.load();
  }

  /** Everything that waits, on disk or failed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timers.save);
    this.#save(0);
    await this.saver.flush();
  }

  async file(): Promise<void> {
    const body = this.#filed();
    if (!body || this.busy) return;
    this.busy = true;
    try {
      await this.flush();
      this.result = await ask(api.POST('/api/products', { body: { draft: body } }));
      await this.saver.close();
      await ask(api.DELETE('/api/drafts/{draft_id}', { params: { path: { draft_id: this.draft.id } } })).catch(() => undefined);
    } catch (error) {
      toasts.fail(error);
    } finally {
      this.busy = false;
    }
  }

  #filed(): Schemas['DraftProduct'] | undefined {
    return this.editor && !this.empty ? this.draft.filed(this.editor.doc) : undefined;
  }

  #text(): string {
    return this.editor ? JSON.stringify(this.draft.body(this.editor.doc)) : '';
  }

  #save(wait_ms: number): void {
    if (this.editor && !this.empty && !this.result) this.saver.change({ id: this.draft.id, text: this.#text() }, wait_ms);
  }
}
