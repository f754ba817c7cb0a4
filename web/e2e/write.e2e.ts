// SPDX-License-Identifier: Apache-2.0
// A writer labels by keyboard, sees who gets what, files, and releases; what has no label can't be filed; nothing typed is lost.
import type { Page } from 'playwright-core';
import { scenario, signIn } from './harness.ts';

async function write(page: Page, title: string, text: string, level = 'Alt+2'): Promise<void> {
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('textarea');
  const texts = page.locator('textarea');
  await texts.nth(0).fill(title);
  await texts.nth(1).fill(text);
  for (const n of [0, 1]) {
    await texts.nth(n).press(level);
    await page.locator('.portion').nth(n).locator('.chip').waitFor();
  }
}

scenario('a report of two portions is written, labelled and filed without a mouse', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('textarea');
  await page.locator('textarea').nth(0).fill('Unlabelled so far');
  await page.waitForSelector('text=NOT LABELLED');
  await page.keyboard.press('Control+Enter');
  if (await page.locator('[role=dialog]').count()) throw new Error('a text without a label could be filed');
  await page.evaluate(() => (location.hash = '#/inbox'));
  await write(page, 'Patrol of the day', 'Nothing was seen north of the strait.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.keyboard.press('Control+Enter');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.done .mono:has-text("NZL-REP")');
});

scenario('what was filed for a partner waits on the desk, is opened, and released by its four letters', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'For one partner', 'A ship without lights crossed the strait.');
  for (const n of [0, 1]) {
    const portion = page.locator('.portion').nth(n);
    await portion.locator('summary').press('Enter');
    await portion.locator('.option:has-text("USA") input').press('Space');
    await portion.locator('.chip:has-text("USA")').waitFor();
  }
  await page.waitForSelector('.group:has-text("USA")');
  await page.keyboard.press('Control+Enter');
  await page.locator('[role=dialog] .button.main').press('Enter');
  const reference = (await page.locator('.done h2 .mono').textContent()) ?? '';
  await page.waitForSelector('.done:has-text("Waits on the release desk for USA")');
  // Under its own delegation, and not as the watch.
  await Promise.all([page.waitForResponse('**/api/session/post'), page.getByLabel('Acting for').selectOption('NZL-RELEASE')]);
  await page.locator('#main').focus();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.locator(`.desk .line:has-text("${reference}")`).press('Enter');
  await page.waitForSelector('article:has-text("USA")');
  if (await page.locator('[id^=approve-]').count()) throw new Error('a text could be approved before it was opened');
  await page.keyboard.press('o');
  await page.waitForSelector('article .portion');
  await page.keyboard.press('Shift+A');
  await page.locator('#desk-letters').fill('xxxx');
  if (await page.locator('[role=dialog] .button.main').isEnabled()) throw new Error('wrong letters were taken');
  await page.locator('#desk-letters').fill(reference.split(' ').at(-1) ?? '');
  await page.locator('#desk-letters').press('Enter');
  await page.waitForSelector('.result:has-text("USA"), .toast.bad');
  const refused = await page.locator('.toast.bad').allTextContents();
  if (refused.length) throw new Error(`refused: ${refused.join('; ')}`);
  await page.waitForSelector(`.desk .line:has-text("${reference}")`, { state: 'detached' });
});

scenario('a draft that could not be saved is saved later, and is there when it is opened again', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  let refused = 0;
  await page.route('**/api/drafts/*', async (route) => {
    if (route.request().method() !== 'PUT' || refused >= 2) return route.continue();
    refused += 1;
    return route.fulfill({ status: 200, contentType: 'text/plain', body: 'x' });
  });
  await write(page, 'Kept through a bad link', 'The link drops while this is typed.');
  await page.waitForSelector('text=Not saved yet');
  await page.waitForSelector('text=/Saved [0-9:]+Z/', { timeout: 15_000 });
  await page.keyboard.press('Escape');
  await page.locator('body').click();
  await page.evaluate(() => (location.hash = '#/inbox'));
  await page.waitForSelector('.views');
  await page.evaluate(() => (location.hash = '#/write'));
  await page.locator('.drafts summary').press('Enter');
  await page.locator('.drafts button').first().press('Enter');
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'Kept through a bad link');
  await page.locator('.portion').nth(1).locator('.chip').waitFor();
});

scenario('what is typed last is saved when the screen is left at once', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Left at once', 'Typed and left.');
  await page.locator('textarea').nth(1).fill('Typed and left before any pause.');
  await page.evaluate(() => (location.hash = '#/inbox'));
  await page.waitForSelector('.views');
  await page.waitForTimeout(500);
  const texts = await page.evaluate(async () => {
    const { items } = (await (await fetch('/api/drafts')).json()) as { items: { id: string }[] };
    return Promise.all(items.map(async (d) => (await fetch(`/api/drafts/${d.id}`)).text()));
  });
  if (!texts.some((t) => t.includes('Typed and left before any pause.'))) throw new Error('the last words are lost');
});
