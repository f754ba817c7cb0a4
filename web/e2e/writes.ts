// SPDX-License-Identifier: Apache-2.0
// What scenarios do in the composer, by keyboard.
import type { Page } from 'playwright-core';

/** A title and a paragraph, typed and labelled in one go. */
export async function write(page: Page, title: string, text: string, level = 'Alt+2'): Promise<void> {
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  for (const [n, words] of [title, text].entries()) {
    if (n) await page.keyboard.press('Enter');
    await page.keyboard.type(words);
    await page.keyboard.press(level);
    await labelled(page, n);
  }
}

export async function labelled(page: Page, portion: number, words = ''): Promise<void> {
  await page.locator('.document .portion').nth(portion).locator(`.variant:not(.unlabelled) > .chip${words ? `:has-text("${words}")` : ''}`).first().waitFor();
}

/** The browser tells of a moved cursor a moment later; nobody types faster than that. */
export const settled = (page: Page) => page.waitForTimeout(300);

export const texts = (page: Page) => page.locator('.document .wording').allTextContents();

/** The button that files, once what filing would do stands above it. */
export const SAID = '[role=dialog] .button.main[aria-disabled=false]';

/** File what stands there, confirm it, and wait for its reference, which is given back. */
export async function fileIt(page: Page): Promise<string> {
  await page.keyboard.press('Control+Enter');
  await page.locator(SAID).press('Enter');
  const reference = page.locator('.done h2 .mono');
  await reference.waitFor();
  return (await reference.textContent()) ?? '';
}
