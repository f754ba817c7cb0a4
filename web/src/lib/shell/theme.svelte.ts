// SPDX-License-Identifier: Apache-2.0
// Dark or light: a preference of this browser, and nothing about anybody's work.

type Theme = 'dark' | 'light';
const KEY = 'tearline.theme';

class ThemeState {
  now: Theme = $state('dark');

  set(theme: Theme): void {
    this.now = theme;
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(KEY, theme);
  }

  toggle(): void {
    this.set(this.now === 'dark' ? 'light' : 'dark');
  }
}

export const theme = new ThemeState();

export function startTheme(): void {
  const kept = localStorage.getItem(KEY);
  // Dark first: operations rooms are.
  theme.set(kept === 'light' ? 'light' : 'dark');
}
