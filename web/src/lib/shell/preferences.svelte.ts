// SPDX-License-Identifier: Apache-2.0
// A person's own choices, kept by the node: which keys do what. They decide nothing.
import { api, ask } from '$lib/api';
import { commands } from './commands.svelte';
import { toasts } from './toasts.svelte';

const KEY = 'key:';

class Preferences {
  #chosen: Record<string, string> = {};

  /** Asked when somebody has signed in; without an answer the keys are those that everything came with. */
  async load(): Promise<void> {
    this.#chosen = (await ask(api.GET('/api/preferences')).catch(() => undefined))?.chosen ?? {};
    this.#apply();
  }

  /** Another key for a command; empty: the one that it came with. */
  async setKey(id: string, keys: string): Promise<void> {
    const { [KEY + id]: _, ...rest } = this.#chosen;
    await this.#save(keys ? { ...rest, [KEY + id]: keys } : rest);
  }

  async resetKeys(): Promise<void> {
    await this.#save(Object.fromEntries(Object.entries(this.#chosen).filter(([name]) => !name.startsWith(KEY))));
  }

  async #save(chosen: Record<string, string>): Promise<void> {
    try {
      await ask(api.PUT('/api/preferences', { body: { chosen } }));
      this.#chosen = chosen;
      this.#apply();
    } catch (error) {
      toasts.fail(error);
    }
  }

  #apply(): void {
    const keys = Object.entries(this.#chosen).filter(([name]) => name.startsWith(KEY));
    commands.remapped = Object.fromEntries(keys.map(([name, key]) => [name.slice(KEY.length), key]));
  }
}

export const preferences = new Preferences();
