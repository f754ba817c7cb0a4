// SPDX-License-Identifier: Apache-2.0
// Places are hashes (`#/product/KEY?x=y`), so that no key ever goes to a server, a log or a referrer.
import type { Component } from 'svelte';
import type { Key } from '$lib/i18n';

export interface Screen {
  name: string;
  words: Key;
  /** Second key after `g`. */
  letter: string;
  load: () => Promise<{ default: Component }>;
  /** Offered to people with one of these duties; to everybody where empty. The node decides all the same. */
  duties: readonly string[];
  /** Offered only to whom the node says that they are cleared: without a clearance nothing can be done there. */
  cleared?: boolean;
  /** Stands in the navigation. */
  listed: boolean;
  /** Also opened by a link of whoever has none of the duties: the node says on another screen who may. */
  linked?: boolean;
}

const everyone: readonly string[] = [];
const ROUTES = import.meta.glob<{ default: Component }>('../../routes/*.svelte');

function found(name: string): Screen['load'] | undefined {
  return ROUTES[`../../routes/${name}.svelte`];
}


const PLANNED: readonly (Omit<Screen, 'load'> & { load: Screen['load'] | undefined })[] = [
  { name: 'inbox', words: 'shell.nav_inbox', letter: 'i', duties: everyone, listed: true, load: found('Inbox') },
  { name: 'write', words: 'shell.nav_write', letter: 'w', duties: everyone, cleared: true, listed: true, load: found('Write') },
  { name: 'desk', words: 'shell.nav_desk', letter: 'r', duties: ['release'], listed: true, load: found('Desk') },
  { name: 'search', words: 'shell.nav_search', letter: 's', duties: everyone, listed: true, load: found('Search') },
  { name: 'map', words: 'shell.nav_map', letter: 'm', duties: everyone, listed: true, load: found('Map') },
  { name: 'register', words: 'shell.nav_register', letter: 'd', duties: ['release', 'audit'], listed: true, load: found('Register') },
  { name: 'recall', words: 'shell.nav_recall', letter: 'x', duties: ['release', 'security', 'audit'], listed: true, linked: true, load: found('Recall') },
  { name: 'network', words: 'shell.nav_network', letter: 'n', duties: ['administration', 'security', 'audit'], listed: true, load: found('Network') },
  { name: 'audit', words: 'shell.nav_audit', letter: 'a', duties: ['audit', 'security', 'administration'], listed: true, load: found('Audit') },
  { name: 'people', words: 'shell.nav_people', letter: 'p', duties: everyone, listed: true, load: found('People') },
  { name: 'sides', words: 'shell.nav_sides', letter: 'v', duties: everyone, listed: true, load: found('Sides') },
  { name: 'product', words: 'shell.nav_product', letter: '', duties: everyone, listed: false, load: found('Product') },
  { name: 'compare', words: 'shell.nav_compare', letter: '', duties: everyone, listed: false, load: found('Compare') }
];

/** What this build has. */
export const SCREENS: readonly Screen[] = PLANNED.filter((screen): screen is Screen => screen.load !== undefined);

export interface Place {
  screen: string;
  /** What stands after the screen's name: `#/product/KOR.12ab/x` gives ["KOR.12ab", "x"]. */
  args: string[];
  params: URLSearchParams;
}

class Router {
  now: Place = $state.raw(parse(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.now = parse(location.hash);
    });
  }

  go(screen: string, args: readonly string[] = [], params: Record<string, string> = {}): void {
    location.hash = href(screen, args, params);
  }

  /**
   * Another screen in the place of one that is not there, unless the address has changed since and only its event is still to come.
   * Whether it was done.
   */
  settle(screen: string): boolean {
    const stands = parse(location.hash).screen === this.now.screen;
    if (stands) this.replace(screen);
    return stands;
  }

  /** As `go`, in the place of the entry of the history that stands now. */
  replace(screen: string, args: readonly string[] = [], params: Record<string, string> = {}): void {
    history.replaceState(null, '', href(screen, args, params));
    this.now = parse(location.hash);
  }
}

export function href(screen: string, args: readonly string[] = [], params: Record<string, string> = {}): string {
  const query = new URLSearchParams(params).toString();
  return `#/${[screen, ...args].map(encodeURIComponent).join('/')}${query ? `?${query}` : ''}`;
}

export function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen = '', ...args] = path.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return '';
    }
  });
  return { screen, args, params: new URLSearchParams(query) };
}

export const router = new Router();
