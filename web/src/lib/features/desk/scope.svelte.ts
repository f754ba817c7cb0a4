// SPDX-License-Identifier: Apache-2.0
// What is asked for of a new rule or delegation, as it is typed.
import type { Schemas } from '$lib/api';

export class ScopeOf {
  name = $state('');
  kinds: string[] = $state([]);
  highest = $state('');
  audience: string[] = $state([]);
  /** The last day; on the parent's own last day it ends when the parent does. */
  until = $state('');
  #parent: Schemas['MandateOut'];

  constructor(parent: Schemas['MandateOut']) {
    this.#parent = parent;
    this.highest = parent.highest;
    this.audience = [...parent.audience];
    this.until = parent.valid_to.slice(0, 10);
  }

  body() {
    return {
      name: this.name,
      kinds: [...this.kinds],
      highest: this.highest,
      audience: [...this.audience],
      valid_to: this.until === this.#parent.valid_to.slice(0, 10) ? this.#parent.valid_to : `${this.until || '1970-01-01'}T23:59:00Z`
    };
  }
}
