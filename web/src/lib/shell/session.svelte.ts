// SPDX-License-Identifier: Apache-2.0
// Who is signed in. A session that ends while pages are open is asked for again above them: nothing typed is lost.
import { api, ApiError, ask, events, onSessionLost, type Schemas } from '$lib/api';
import { shown } from './shown.svelte';

type Session = Schemas['SessionOut'];
type Door = Schemas['DoorOut'];

class SessionState {
  /** `unknown` until the node has been asked; `out`: nobody; `in`; `lost`: ended or locked under open pages. */
  state: 'unknown' | 'out' | 'in' | 'lost' = $state('unknown');
  now: Session | undefined = $state.raw(undefined);
  door: Door | undefined = $state.raw(undefined);
  /** Seconds that this machine's clock is off the node's, where it is more than two seconds. */
  drift_s: number = $state(0);
  #offset_ms = 0;
  #exercise_ms = 0;

  constructor() {
    onSessionLost((error) => {
      if (this.state === 'in') this.state = 'lost';
      else if (this.state !== 'lost' && error.code !== 'sign-in-failed') this.state = 'out';
    });
    events.on('doubt', () => void this.check());
  }

  async start(): Promise<void> {
    this.door = await ask(api.GET('/api/door')).catch(() => undefined);
    await this.check();
  }

  /** Ask the node who is signed in. */
  async check(): Promise<void> {
    try {
      this.#enter(await ask(api.GET('/api/session')));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.unreachable && this.state === 'unknown') this.state = 'out';
    }
  }

  async signIn(person: string, password: string, post = ''): Promise<void> {
    this.#enter(await ask(api.POST('/api/session', { body: { person, password, post } })));
  }

  /** A session that another way of signing in has opened. */
  enter(session: Session): void {
    this.#enter(session);
  }

  async actFor(post: string): Promise<void> {
    this.#enter(await ask(api.POST('/api/session/post', { body: { post } })));
    events.start();
  }

  async signOut(): Promise<void> {
    events.stop();
    shown.reset();
    try {
      await ask(api.DELETE('/api/session'));
    } finally {
      // Everything that was shown goes with the page: nothing is kept in memory, and `back` finds nothing.
      this.now = undefined;
      this.state = 'out';
      location.replace('/');
    }
  }

  may(duties: readonly string[]): boolean {
    return duties.length === 0 || duties.some((duty) => this.now?.duties.includes(duty));
  }

  /** The node's clocks, by what it said last and the time since: the exercise's (operational) and the system's. */
  clocks(): { operational: Date; system: Date } {
    const now = Date.now() + this.#offset_ms;
    return { operational: new Date(now + this.#exercise_ms), system: new Date(now) };
  }

  #enter(session: Session): void {
    const other = this.now !== undefined && this.now.person !== session.person;
    this.now = session;
    this.state = 'in';
    this.#setClocks(session);
    if (other) location.replace('/');
    else events.start();
  }

  #setClocks(session: Session): void {
    const system = Date.parse(session.now);
    this.#offset_ms = system - Date.now();
    this.#exercise_ms = Date.parse(session.dtg) - system;
    this.drift_s = Math.abs(this.#offset_ms) > 2000 ? Math.round(this.#offset_ms / 1000) : 0;
  }
}

export const session = new SessionState();
