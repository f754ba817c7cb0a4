// SPDX-License-Identifier: Apache-2.0
// A writer labels by keyboard, sees who gets what, and files; what has no label can't be filed.
import { scenario, signIn } from './harness.ts';

scenario('a report of two portions is written, labelled and filed without a mouse', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('textarea');
  const texts = page.locator('textarea');
  await texts.nth(0).fill('Patrol of the day');
  await texts.nth(1).fill('Nothing was seen north of the strait.');
  await page.waitForSelector('text=NOT LABELLED');
  await page.keyboard.press('Control+Enter');
  if (await page.locator('[role=dialog]').count()) throw new Error('a text without a label could be filed');
  for (const n of [0, 1]) {
    await texts.nth(n).press('Alt+2');
    await page.locator('.portion').nth(n).locator('.chip').waitFor();
  }
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.keyboard.press('Control+Enter');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.done .mono:has-text("NZL-REP")');
});
