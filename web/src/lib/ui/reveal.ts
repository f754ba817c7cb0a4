// SPDX-License-Identifier: Apache-2.0
/** Brings into view what was asked for where it opened out of sight, and puts the focus on it. What is in sight stays as it is. */
export function reveal(element: HTMLElement | null | undefined): void {
  const screen = element?.closest('.screen')?.getBoundingClientRect();
  if (!element || !screen) return;
  const { top } = element.getBoundingClientRect();
  if (top >= screen.top && top < screen.bottom - 40) return;
  element.scrollIntoView({ block: 'start' });
  element.focus({ preventScroll: true });
}
