// SPDX-License-Identifier: Apache-2.0
// Keys as people know them from their keyboards, in every language.

const NAMES: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc' };

/** `j | ArrowDown`: each of several. `Ctrl+k` is pressed on the key that says K. */
export function printKeys(keys: string): string[] {
  return keys.split(' | ').filter(Boolean).map((key) =>
    key.replace(/Arrow\w+|Escape/, (name) => NAMES[name] ?? name).replace(/^((?:Ctrl|Alt)\+)([a-z])$/, (_, held: string, letter: string) => held + letter.toUpperCase())
  );
}
