// SPDX-License-Identifier: Apache-2.0
// One draft on the screen: its document, its head, its saves, and what the node says of it as it stands.
import { api, ApiError, ask, events, Query, type Schemas } from '$lib/api';
import { lang, t } from '$lib/i18n';
import { explain, toasts } from '$lib/shell/toasts.svelte';
import { session } from '$lib/shell/session.svelte';
import { blankDoc, isLabelled, labelsOf, shownLabels, templateDoc, toDoc } from './convert';
import { Draft } from './draft.svelte';
import { Editor, type Hooks } from './editor.svelte';
import { isKept, missing, sameText } from './kept';
import { askChoices, describe, describeAll } from './meanings';
import { besides, isPosts, originOf, postsId, type Origin } from './origin';
import { Saver, type Saved } from './saver.svelte';
import { isEmpty, type Described, type Label } from './schema';

const SAVE_MS = 800;
const LOOK_MS = 100;
const LOOK_LONG_MS = 1500;
const LONG = 500; // portions
type Product = Schemas['DraftProduct'];

interface Begin {
  id?: string;
  draft?: Product;
  /** Of the state that is kept at the node; empty: none is. */
  digest: string;
  meanings: ReadonlyMap<string, Described>;
  notes: ReadonlyMap<string, string>;
  comment: string;
  hand: string;
}

/** Another window, or `hand`, has saved this draft: that text stays under its own name, and this one goes on under another. */
export interface Conflict {
  theirs: string;
  hand: string;
}

/** What is written here was filed or deleted elsewhere: by `hand`, or in another window. */
export interface Lost {
  hand: string;
}

export class Writing {
  readonly draft: Draft;
  readonly saver = new Saver((saved) => this.#put(saved), explain);
  readonly origin: Origin;
  editor: Editor | undefined = $state.raw();
  filed: Schemas['FiledOut'] | undefined = $state.raw();
  amended: Schemas['AmendedOut'] | undefined = $state.raw();
  conflict: Conflict | undefined = $state.raw();
  lost: Lost | undefined = $state.raw();
  /** Who of the post saved it last, as far as this window knows. */
  hand: string = $state('');
  busy: boolean = $state(false);
  /** What may be chosen of labels, in the page's language. */
  choices: Schemas['Choices'] = $state.raw() as Schemas['Choices'];
  #spoken = lang();
  /** What the document begins with. */
  readonly doc;
  readonly #begin: Begin;
  #digest: string;
  /** The text that the newest answers are about. */
  #looked = '';
  #hearing: Promise<void> = Promise.resolve();
  #deaf = () => {};
  #timers: { save?: ReturnType<typeof setTimeout>; look?: ReturnType<typeof setTimeout> } = {};

  readonly preview = new Query(async (signal) => {
    const body = this.#filed();
    if (!body) return undefined;
    const { purpose, key } = this.origin;
    const params = { query: { lang: lang(), ...(purpose === 'amend' ? { amends: key } : purpose === 'again' ? { replaces: key } : {}) } };
    return (await ask(api.POST('/api/preview', { body, params, signal }))) as Schemas['DraftPreviewOut'];
  });

  readonly advice = new Query(async (signal) => {
    const body = this.#filed();
    if (!body || body.portions.length > LONG) return undefined;
    const params = { query: { lang: lang() } };
    return (await ask(api.POST('/api/advice', { body, params, signal }))) as Schemas['Advice'];
  });

  private constructor(choices: Schemas['Choices'], begin: Begin) {
    this.choices = choices;
    this.draft = new Draft(choices.policy);
    this.#begin = begin;
    this.#digest = begin.digest;
    this.hand = begin.hand;
    if (begin.id && begin.draft) this.draft.take(begin.id, begin.draft);
    this.origin = originOf(this.draft.id, session.now?.member ?? '');
    this.doc = begin.draft ? toDoc(begin.draft.portions, begin.meanings, lang()) : blankDoc(lang());
  }

  /** A new draft; or one by its id, which may name a product to amend or to reword. */
  static async open(id: string | undefined): Promise<Writing> {
    const choices = await askChoices();
    const none = { digest: '', meanings: new Map(), notes: new Map(), comment: '', hand: '' };
    if (!id) return new Writing(choices, none);
    const { purpose, key } = originOf(id, session.now?.member ?? '');
    const kept = !key || (await isKept(id)) ? await ask(api.GET('/api/drafts/{draft_id}', { params: { path: { draft_id: id } } })) : undefined;
    const draft = (kept?.draft ?? (await ask(api.GET('/api/products/{key}/draft', { params: { path: { key } } })))) as Product;
    const back = purpose === 'again' ? (await ask(api.GET('/api/returned'))).items.find((item) => item.key === key) : undefined;
    const said = new Map((back?.comments ?? []).map((c) => [c.tag, c.words]));
    for (const { tag, members } of back?.refused ?? []) if (!said.has(tag)) said.set(tag, t('write.refused_for', { list: members.join(', ') }));
    const meanings = await describeAll(labelsOf(draft.portions));
    return new Writing(choices, { id, draft, digest: kept?.digest ?? '', meanings, notes: said, comment: back?.comment ?? '', hand: kept?.hand ?? '' });
  }

  /** What the desk said of the whole. */
  get comment(): string {
    return this.#begin.comment;
  }

  /** A new text can be its post's: an amendment or a rewording is its author's own. */
  get sharable(): boolean {
    return this.origin.purpose === 'new' && !this.done && !this.empty;
  }

  /** Whether words of the desk stand on the page. */
  get commented(): boolean {
    return this.#begin.comment !== '' || this.#begin.notes.size > 0;
  }

  /** The document comes onto the page. */
  begin(place: HTMLElement, hooks: Pick<Hooks, 'onlabel' | 'onopen'>): void {
    this.editor = new Editor(place, this.doc, t('write.text'), this.#begin.notes, {
      ...hooks,
      describe: (choices) => describe([], choices),
      join: async (labels) => (await ask(api.POST('/api/labels/join', { body: { labels: [...labels], lang: lang() } }))) as Described,
      refused: (error) => toasts.show(t('write.join_refused', { why: explain(error) }), { tone: 'bad' }),
      onpaste: (what) => toasts.show(what === 'too-long' ? t('write.paste_long') : t('write.pasted')),
      nothing: () => toasts.show(t('write.label_above_none')),
      failed: (error) => toasts.fail(error)
    });
    if (this.#digest) this.saver.hold(this.#text());
    this.editor.view.focus();
    this.#listen();
  }

  /** The page is in another language: marks and what may be chosen are said in it, too. */
  async translate(): Promise<void> {
    const spoken = lang();
    if (!this.editor || spoken === this.#spoken) return;
    this.#spoken = spoken;
    try {
      const [choices, meanings] = await Promise.all([askChoices(), describeAll(shownLabels(this.editor.doc))]);
      if (this.#spoken !== spoken) return;
      this.choices = choices;
      this.editor?.describe(meanings);
    } catch (error) {
      toasts.fail(error);
    }
  }

  end(): void {
    this.#deaf();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#save();
    void this.saver.flush();
    this.preview.stop();
    this.advice.stop();
    this.editor?.destroy();
    this.editor = undefined;
  }

  get done(): boolean {
    return this.filed !== undefined || this.amended !== undefined;
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

  /** What a product of this kind begins with, in place of an empty document. */
  async template(): Promise<void> {
    try {
      const { items } = await ask(api.GET('/api/templates', { params: { query: { lang: lang() } } }));
      const found = (items as Schemas['Template'][]).find((one) => one.kind === this.draft.kind);
      if (found && this.editor && this.empty) this.editor.replace(templateDoc(found, lang()));
    } catch (error) {
      toasts.fail(error);
    }
  }

  /** Something changed: save it and ask what becomes of it, a moment later. */
  changed(): void {
    clearTimeout(this.#timers.save);
    clearTimeout(this.#timers.look);
    if (this.done) return;
    const long = (this.editor?.doc.childCount ?? 0) > LONG;
    const wait_ms = this.editor?.takeRelabelled() ? 0 : LOOK_MS;
    this.#timers.save = setTimeout(() => this.#save(), SAVE_MS);
    this.#timers.look = setTimeout(() => void this.#look(), long ? LOOK_LONG_MS : wait_ms);
  }

  /** What becomes of it as it stands, asked anew; what waited to be asked is asked by this, and not once more. */
  async lookNow(): Promise<void> {
    clearTimeout(this.#timers.look);
    await this.#look({ again: true });
  }

  async #look({ again = false } = {}): Promise<void> {
    const text = JSON.stringify(this.#filed() ?? null) + lang();
    if (text === this.#looked && !again) return;
    this.#looked = text;
    await this.preview.load();
    if (text === this.#looked) await this.advice.load();
  }

  /** Everything that waits, on disk or failed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timers.save);
    this.#save();
    await this.saver.flush();
  }

  /** The post's from now on, or a copy of one's own; its new name. What is written stays where it is if that fails. */
  async moveTo(place: 'post' | 'own'): Promise<string> {
    await this.flush();
    const before = this.draft.id;
    const id = place === 'post' ? postsId(session.now?.post ?? '') : besides(before);
    const body = JSON.parse(this.#text()) as Product;
    await ask(api.PUT('/api/drafts/{draft_id}', { params: { path: { draft_id: id }, query: { over: '' } }, body }));
    if (place === 'post') {
      await this.saver.close();
      await ask(api.DELETE('/api/drafts/{draft_id}', { params: { path: { draft_id: before } } })).catch(() => undefined);
    }
    return id;
  }

  async file(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.flush();
      const body = this.#filed();
      if (!body || !(await this.#stands())) return;
      const { purpose, key } = this.origin;
      if (purpose === 'amend') this.amended = await ask(api.POST('/api/products/{key}/amendments', { params: { path: { key } }, body: { draft: body } }));
      else this.filed = await ask(api.POST('/api/products', { body: { draft: body, replaces: key, draft_id: this.draft.id } })); // by its name: asked again after a lost answer, it is filed once
      await this.saver.close();
      await ask(api.DELETE('/api/drafts/{draft_id}', { params: { path: { draft_id: this.draft.id } } })).catch(() => undefined);
    } finally {
      this.busy = false;
    }
  }

  #filed(): Product | undefined {
    return this.editor && !this.empty ? this.draft.filed(this.editor.doc) : undefined;
  }

  #text(): string {
    return this.editor ? JSON.stringify(this.draft.body(this.editor.doc)) : '';
  }

  #save(): void {
    if (this.editor && !this.empty && !this.done) this.saver.change({ id: this.draft.id, text: this.#text() }, 0);
  }

  #listen(): void {
    const hear = (id: string, digest: string, hand: string) => {
      this.#hearing = this.#hearing.then(() => this.#hear(id, digest, hand)).catch(() => undefined); // the next save finds out
    };
    const offs = [
      events.on('draft', (news) => hear(String(news.id), String(news.digest), String(news.hand))),
      events.on('again', () => {
        if (this.#digest) hear(this.draft.id, '?', '');
        this.#looked = ''; // an answer that did not come over a lost link is asked for anew
        this.changed();
      })
    ];
    this.#deaf = () => offs.forEach((off) => off());
  }

  /** Saved or deleted elsewhere. Where nothing is unsaved here, that text comes in; else the next save offers both. */
  async #hear(id: string, digest: string, hand: string): Promise<void> {
    await this.saver.rest();
    if (!this.#hears(id) || digest === this.#digest) return;
    const path = { params: { path: { draft_id: id } } };
    const kept = digest ? await ask(api.GET('/api/drafts/{draft_id}', path)).catch(missing) : undefined;
    if (!kept) return this.#lose(id, hand);
    if (kept.digest === this.#digest) return;
    const draft = kept.draft as Product;
    const meanings = await describeAll(labelsOf(draft.portions));
    if (!this.#hears(id) || !this.editor || this.editor.composing || !this.saver.holds(this.#text())) return;
    this.draft.take(id, draft);
    this.editor.take(toDoc(draft.portions, meanings, lang()));
    [this.#digest, this.hand, this.saver.at] = [kept.digest, kept.hand ?? '', kept.saved];
    this.saver.hold(this.#text());
  }

  /** Whether a post's draft is still as it stands here, whatever was not heard: what a colleague filed is filed once. */
  async #stands(): Promise<boolean> {
    if (!isPosts(this.draft.id)) return !this.lost && !this.conflict;
    const before = this.#digest;
    await this.#hear(this.draft.id, '?', '');
    if (this.#digest !== before && !this.lost) toasts.show(t('write.last_hand', { hand: this.hand }));
    return this.#digest === before && !this.lost && !this.conflict;
  }

  #hears(id: string): boolean {
    return id === this.draft.id && !this.done && !this.saver.closed;
  }

  /** Nothing is kept under its name any more: what stands here goes on, if at all, under another. */
  #lose(id: string, hand: string): void {
    if (!this.#hears(id)) return;
    [this.draft.id, this.#digest] = [besides(id), ''];
    this.lost = { hand };
  }

  /** Go on with what stands here, as a draft of one's own. */
  async keep(): Promise<void> {
    this.lost = undefined;
    this.saver.hold('');
    await this.flush();
  }

  async #put({ text }: Saved): Promise<string> {
    const body = JSON.parse(text) as Product;
    const save = async (id: string, over: string) =>
      ask(api.PUT('/api/drafts/{draft_id}', { params: { path: { draft_id: id }, query: { over } }, body }));
    const made = await save(this.draft.id, this.#digest).catch(async (error: unknown) => {
      // It is another post's that one no longer acts for, too: what is typed goes on as one's own.
      const gone = error instanceof ApiError && error.status === 404 && isPosts(this.draft.id);
      if (!gone && !(error instanceof ApiError && error.code === 'draft-changed')) throw error;
      return this.#settle(body, save);
    });
    this.#digest = made.digest;
    return made.saved;
  }

  /** Something else is kept than this window last saw: an own save whose answer was lost, or another window's text. */
  async #settle(body: Product, save: (id: string, over: string) => Promise<Schemas['SavedOut']>): Promise<Schemas['SavedOut']> {
    const id = this.draft.id;
    const kept = await ask(api.GET('/api/drafts/{draft_id}', { params: { path: { draft_id: id } } })).catch(() => undefined);
    if (!kept && !isPosts(id)) return save(id, '');
    if (!kept) {
      this.draft.id = besides(id);
      toasts.show(t('write.now_own'));
      return save(this.draft.id, '');
    }
    if (sameText(kept.draft as Product, body)) return { id, saved: kept.saved, digest: kept.digest };
    this.draft.id = besides(id);
    const made = await save(this.draft.id, '');
    this.conflict = { theirs: id, hand: isPosts(id) ? (kept.hand ?? '') : '' };
    return made;
  }
}
