// SPDX-License-Identifier: Apache-2.0
// What was done, in words; for ten seconds with `undo` (key u) where it can be undone.
import { ApiError } from '$lib/api/client';
import { lang, maybe, t } from '$lib/i18n';

export interface Toast {
  id: number;
  words: string;
  tone: 'plain' | 'good' | 'bad';
  undo?: () => void;
  /** What it is about: the next one about it takes its place. */
  about?: string;
}

const SHOWN_MS = 10_000;

class Toasts {
  list: Toast[] = $state([]);
  #next = 1;

  show(words: string, options: { tone?: Toast['tone']; undo?: () => void; about?: string } = {}): void {
    const { tone = 'plain', undo, about } = options;
    const toast: Toast = { id: this.#next++, words, tone, undo, about };
    const others = this.list.filter((one) => !about || one.about !== about);
    this.list = [...others.slice(-3), toast];
    setTimeout(() => this.drop(toast.id), SHOWN_MS);
  }

  /** What an error says and what to do. */
  fail(error: unknown): void {
    this.show(explain(error), { tone: 'bad' });
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Undo what was done last. */
  undo(): boolean {
    const last = [...this.list].reverse().find((toast) => toast.undo);
    if (!last) return false;
    this.drop(last.id);
    last.undo?.();
    return true;
  }
}

/** An error in words for the person before the screen. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t('shell.error_unexpected');
  if (error.unreachable) return t('shell.error_unreachable');
  if (error.status === 401) return t('shell.error_session');
  if (error.status === 404) return t('shell.error_not_found');
  if (error.reasons.length) return error.reasons.map((r) => maybe('problem', `reason_${r.code}`, r.values) ?? r.words).join(' ');
  // The node's own words say it most exactly; they are English.
  const exact = lang() === 'en' ? error.words : '';
  return exact || maybe('problem', error.code) || error.words || t('shell.error_unexpected');
}

export const toasts = new Toasts();
