// SPDX-License-Identifier: Apache-2.0
// A button that works for a while rests meanwhile (`disabled`), and a browser takes the focus from what rests: whoever works by keys
// would begin again at the top of the page. Here it comes back, where nobody has gone elsewhere in between.

/** From now on, as long as the page stands. */
export function keepFocus(page: Document = document): void {
  let pressed: EventTarget | null = null;
  page.addEventListener('focusin', (event) => (pressed = event.target));
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const here = !page.activeElement || page.activeElement === page.body;
      if (target === pressed && here && target instanceof HTMLElement && !target.hasAttribute('disabled')) target.focus({ preventScroll: true });
    }
  });
  observer.observe(page, { subtree: true, attributeFilter: ['disabled'] });
}
