// SPDX-License-Identifier: Apache-2.0
// How one looks at the inbox: a view of the node's, narrowed or not; and the person's own, kept under a name by the node.
import { api, ask, type Schemas } from '$lib/api';
import { t } from '$lib/i18n';
import { toasts } from '$lib/shell/toasts.svelte';

export type Ask = Required<Schemas['Ask']>;
export type SavedView = { name: string; ask: Ask };

export const VIEWS = ['todo', 'waiting', 'action', 'all', 'info', 'assigned', 'sent', 'done', 'notices', 'log', 'alerts'] as const;
export type View = (typeof VIEWS)[number];
/** Views that the node lists line by line. */
export const LISTED: readonly View[] = VIEWS.slice(0, 8);
export const PRECEDENCES = ['FLASH', 'IMMEDIATE', 'PRIORITY', 'ROUTINE'] as const;
export const KINDS = ['warning', 'report', 'event', 'indicators', 'document', 'tearline', 'rfi', 'comment'] as const;

export function plain(view: string): Ask {
  return { view, kinds: [], originators: [], precedences: [], unread: false };
}

/** Whether anything but the view is chosen. */
export function narrowed(now: Ask): boolean {
  return now.unread || [now.kinds, now.originators, now.precedences].some((names) => names.length > 0);
}

export function same(a: Ask, b: Ask): boolean {
  return JSON.stringify(toQuery(a)) === JSON.stringify(toQuery(b));
}

export function toQuery(now: Ask): { view: string; kind: string; originator: string; precedence: string; unread: boolean } {
  const join = (names: readonly string[]) => [...names].sort().join(',');
  return { view: now.view, kind: join(now.kinds), originator: join(now.originators), precedence: join(now.precedences), unread: now.unread };
}

class OwnViews {
  list: SavedView[] = $state.raw([]);

  async load(): Promise<void> {
    try {
      this.list = (await ask(api.GET('/api/inbox/views'))).items as SavedView[];
    } catch (error) {
      toasts.fail(error);
    }
  }

  async save(view: SavedView): Promise<boolean> {
    try {
      await ask(api.PUT('/api/inbox/views', { body: view }));
    } catch (error) {
      toasts.fail(error);
      return false;
    }
    await this.load();
    return true;
  }

  async forget(view: SavedView): Promise<void> {
    try {
      await ask(api.POST('/api/inbox/views/forget', { body: { name: view.name } }));
      toasts.show(t('inbox.view_forgotten', { name: view.name }), { undo: () => void this.save(view) });
    } catch (error) {
      toasts.fail(error);
    }
    await this.load();
  }
}

export const ownViews = new OwnViews();
