// SPDX-License-Identifier: Apache-2.0
// Everything that can be done by a key: one registry for the keys, the palette (Ctrl+K) and the list of keys (?).
import { untrack } from 'svelte';

export interface Command {
  /** Names it for remapping: `list.next`. */
  id: string;
  /** `j`, `g i`, `Ctrl+k`, `Alt+1`, `Shift+A`, `Enter`; several with ` | ` between. Empty: only in the palette. */
  keys: string;
  /** In the reader's language. */
  words: string;
  run: () => void;
  /** Also while something is typed in a field. Ctrl, Alt and Esc always are. */
  typing?: boolean;
  /** Not shown in the palette. */
  quiet?: boolean;
}

type Layer = { commands: () => Command[]; modal: boolean };
const SEQUENCE_MS = 1200;

class Commands {
  #layers: Layer[] = $state.raw([]);
  #before = '';
  #at = 0;
  #known = new Map<string, Command>();
  /** id → keys, by the person's own choice. */
  remapped: Record<string, string> = $state({});

  /** Active as long as the component stands. Inside a dialog (`modal`), keys of what lies below don't act. */
  use(commands: () => Command[], options: { modal?: boolean } = {}): void {
    $effect(() => {
      const layer: Layer = { commands, modal: options.modal ?? false };
      this.#layers = [...untrack(() => this.#layers), layer];
      return () => {
        this.#layers = untrack(() => this.#layers).filter((l) => l !== layer);
      };
    });
  }

  /** What can be done now, nearest layer first; below a dialog nothing acts, also where it came up after the dialog did. */
  list(): Command[] {
    const nearest = [...this.#layers].reverse();
    const modal = nearest.find((layer) => layer.modal);
    const all = modal ? modal.commands() : nearest.flatMap((layer) => layer.commands());
    // What two layers both offer is the nearer one's.
    const found = [...new Map([...all].reverse().map((command) => [command.id, command])).values()].reverse();
    for (const command of found) if (!this.#known.has(command.id)) this.#known.set(command.id, command);
    return found;
  }

  /** Every command met since the page was loaded, with the keys it came with. */
  known(): Command[] {
    this.list();
    return [...this.#known.values()].filter((c) => c.keys || this.remapped[c.id]);
  }

  keysOf(command: Command): string {
    return this.remapped[command.id] ?? command.keys;
  }

  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    const pressed = name(event);
    const typing = isTyping(event.target);
    const sequence = Date.now() - this.#at < SEQUENCE_MS && this.#before ? `${this.#before} ${pressed}` : '';
    const free = (c: Command) => !typing || c.typing === true || /Ctrl\+|Alt\+|Escape/.test(pressed);
    const all = this.list().filter(free);
    const match = (wanted: string) => all.find((c) => this.keysOf(c).split(' | ').includes(wanted));
    const hit = (sequence && match(sequence)) || match(pressed);
    this.#before = '';
    if (hit) {
      if (pressed === 'Enter' && event.target instanceof Element && event.target.closest('button, a[href], summary')) return;
      event.preventDefault();
      hit.run();
    } else if (!typing && all.some((c) => this.keysOf(c).split(' | ').some((k) => k.startsWith(`${pressed} `)))) {
      this.#before = pressed;
      this.#at = Date.now();
      event.preventDefault();
    }
  }
}

/** A pressed key as `Command.keys` writes it. */
export function name(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key;
  const letter = key.length === 1 ? key : '';
  const mods = [event.ctrlKey || event.metaKey ? 'Ctrl+' : '', event.altKey ? 'Alt+' : ''].join('');
  // A layout's own letters (Korean, Japanese, French) stand on the same keys as Latin ones.
  const latin = event.code.startsWith('Key') && !/^[a-z]$/i.test(letter) ? event.code.slice(3).toLowerCase() : letter;
  const plain = mods && latin ? (event.altKey && event.code.startsWith('Digit') ? event.code.slice(5) : latin.toLowerCase()) : latin;
  if (!letter) return `${mods}${event.shiftKey ? 'Shift+' : ''}${key}`;
  return `${mods}${event.shiftKey && /^[a-z]$/i.test(plain) ? `Shift+${plain.toUpperCase()}` : plain}`;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select'));
}

export const commands = new Commands();
