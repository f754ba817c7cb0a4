// SPDX-License-Identifier: Apache-2.0
// Who is signed in. A session that ends while pages are open is asked for again above them: nothing typed is lost.
import { tick } from 'svelte';
import { api, ApiError, ask, events, onSessionLost, settled, type Schemas } from '$lib/api';
import { preferences } from './preferences.svelte';
import { href, router, type Place, type Screen } from './router.svelte';
import { shown } from './shown.svelte';

type Session = Schemas['SessionOut'];
type Door = Schemas['DoorOut'];

const APART_MS = 5000;

class SessionState {
  /** `unknown` until the node has been asked; `out`: nobody; `in`; under open pages `locked`, or `lost` where it ended. */
  state: 'unknown' | 'out' | 'in' | 'locked' | 'lost' = $state('unknown');
  /** Somebody with the right password who owes something more: another password, a second factor. */
  owing: Session | undefined = $state.raw(undefined);
  now: Session | undefined = $state.raw(undefined);
  door: Door | undefined = $state.raw(undefined);
  /** Seconds that this machine's clock is off the node's, where it is more than two seconds. */
  drift_s: number = $state(0);
  #offset_ms = 0;
  #exercise_ms = 0;
  /** Where the operational clock stands, in milliseconds; undefined where it goes on. */
  #stands: number | undefined;
  /** Where this page stood before its session was lowered. */
  #left: Place | undefined;
  #others = new BroadcastChannel('tearline.session');

  constructor() {
    onSessionLost((error) => {
      if (error.code === 'sign-in-failed' || error.code === 'factor-failed') return;
      if (error.code === 'locked') this.state = 'locked';
      else if (this.now && this.state !== 'out') this.state = 'lost';
      else this.state = 'out';
    });
    events.on('doubt', () => void this.check());
    events.on('clock', ({ dtg }) => {
      if (this.#stands !== undefined) this.#stands = Date.parse(String(dtg));
    });
    // A gap in the stream may have hidden that the clock was moved.
    events.on('again', () => {
      if (this.#stands !== undefined) void this.#setAgain();
    });
    // Another page of this browser has the same session: what it did to it holds here.
    this.#others.onmessage = (message: MessageEvent<string>) => void this.#follow(message.data);
    addEventListener('focus', () => {
      if (this.state === 'locked') void this.check();
    });
  }

  async start(): Promise<void> {
    this.door = await ask(api.GET('/api/door')).catch(() => undefined);
    if (this.door?.setup) this.state = 'out';
    else await this.check();
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

  async lock(): Promise<void> {
    await ask(api.POST('/api/session/lock'));
    this.#others.postMessage('check');
    await this.check();
  }

  async unlock(password: string): Promise<void> {
    if (this.played) this.#enter(await this.#playAgain());
    else this.#enter(await ask(api.POST('/api/session/unlock', { body: { password } })));
    this.#others.postMessage('check');
  }

  /** Somebody of an exercise's cast, who is played without a password. */
  get played(): boolean {
    return this.door?.cast?.some((person) => person.id === this.now?.person) ?? false;
  }

  #playAgain(): Promise<Session> {
    const { person = '', post = '' } = this.now ?? {};
    return ask(api.POST('/api/session/exercise', { body: { person, post } }));
  }

  /** Lower this session, or raise it (empty). What stands open above the level is left first, and gone afterwards. */
  async lower(ceiling: string, password = ''): Promise<void> {
    if (ceiling) {
      this.#others.postMessage('leave');
      await this.#leave();
    } else await settled();
    if (!ceiling && this.played) await this.#playAgain();
    else await ask(api.POST('/api/session/ceiling', { body: { ceiling, password } }));
    events.stop();
    shown.reset();
    this.#others.postMessage('reload');
    await this.#reload();
  }

  async signOut(): Promise<void> {
    events.stop();
    shown.reset();
    this.#others.postMessage('reload');
    try {
      await ask(api.DELETE('/api/session'));
    } finally {
      // Everything that was shown goes with the page: nothing is kept in memory, and `back` finds nothing.
      this.now = undefined;
      this.owing = undefined;
      this.state = 'out';
      location.replace('/');
    }
  }

  /** Whether a screen is offered to whom the node says this is. */
  opens(screen: Screen): boolean {
    return this.may(screen.duties) && (!screen.cleared || (this.now?.cleared ?? false));
  }

  may(duties: readonly string[]): boolean {
    return duties.length === 0 || duties.some((duty) => this.now?.duties.includes(duty));
  }

  /** The node's clocks, by what it said last and the time since: the exercise's (operational), which may stand, and the system's. */
  clocks(): { operational: Date; system: Date; stands: boolean; /** Of a time it has to be said by which it is. */ apart: boolean } {
    const now = Date.now() + this.#offset_ms;
    const [operational, stands] = [this.#stands ?? now + this.#exercise_ms, this.#stands !== undefined];
    return { operational: new Date(operational), system: new Date(now), stands, apart: stands || Math.abs(operational - now) > APART_MS };
  }

  /** To a screen that writes nothing and shows what this person may see anyway: whoever typed has had it saved. */
  async #leave(): Promise<void> {
    this.#left = router.now;
    router.replace('people', ['me']);
    await tick();
    await settled();
  }

  /** Anew, and where one was: at the product itself where it may be seen now, else at its screen with nothing picked or typed. */
  async #reload(): Promise<void> {
    const { screen = '', args = [] } = this.#left ?? {};
    if (screen) {
      const path = { key: args[0] ?? '' };
      const seen = screen === 'product' && (await ask(api.GET('/api/products/{key}', { params: { path } })).then(() => true, () => false));
      const alone = screen !== 'product' && screen !== 'compare';
      history.replaceState(null, '', seen ? href(screen, args) : href(alone ? screen : 'inbox'));
    }
    location.reload();
  }

  async #follow(what: string): Promise<void> {
    if (what === 'reload') await this.#reload();
    else if (what === 'leave') await this.#leave();
    else await this.check();
  }

  #enter(session: Session): void {
    if (session.stage) {
      this.owing = session;
      if (this.state === 'unknown') this.state = 'out';
      return;
    }
    this.owing = undefined;
    void preferences.load();
    const other = this.now !== undefined && this.now.person !== session.person;
    this.now = session;
    this.state = 'in';
    this.#setClocks(session);
    if (other) location.replace('/');
    else events.start();
  }

  async #setAgain(): Promise<void> {
    const session = await ask(api.GET('/api/session')).catch(() => undefined);
    if (session && !session.stage) this.#setClocks(session);
  }

  #setClocks(session: Session): void {
    const system = Date.parse(session.now);
    this.#offset_ms = system - Date.now();
    this.#exercise_ms = Date.parse(session.dtg) - system;
    this.#stands = session.dtg_runs ? undefined : Date.parse(session.dtg);
    this.drift_s = Math.abs(this.#offset_ms) > 2000 ? Math.round(this.#offset_ms / 1000) : 0;
  }
}

export const session = new SessionState();
