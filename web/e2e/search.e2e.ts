// SPDX-License-Identifier: Apache-2.0
// Search: narrow, save, be told of what comes; by keys, in two languages, in both themes.
import type { Page } from 'playwright-core';
import { axe, scenario, setLanguage, setTheme, signIn } from './harness.ts';
import { filePlaced } from './acts.ts';

async function blurred(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

scenario('words are found as they are typed, and the hits narrowed by keys and facets', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/search');
  await page.waitForSelector('input[type=search]:focus');
  await page.keyboard.type('harb');
  await page.waitForSelector('.hit mark:has-text("harb")');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.pane .portion');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await page.locator('.facets button:has-text("warning")').first().click();
  await page.waitForSelector('.chips .chip:has-text("warning")');
  await page.waitForSelector('.hit:has-text("Light out")');
  if ((await page.evaluate(() => location.href)).includes('harb')) throw new Error('what was typed stands in the address');
});

scenario('a reference that is typed finds its product', async ({ page }) => {
  await signIn(page, 'USA', 'hawk', '#/search');
  await page.waitForSelector('input[type=search]:focus');
  await page.keyboard.type('NZL-WARN 040600Z MAY 31 S3AL');
  await page.waitForSelector('.chips .chip:has-text("040600Z MAY 31")');
  await page.waitForSelector('.hit:has-text("Light out")');
});

scenario('검색을 저장하고 지우고 되돌린다', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/search');
  await setLanguage(page, 'ko');
  await page.waitForSelector('input[type=search]');
  await page.locator('input[type=search]').fill('harbour');
  await page.waitForSelector('.hit');
  await blurred(page);
  await page.keyboard.press('s');
  await page.waitForSelector('[role=dialog]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
  await page.locator('input[type=search]').fill('');
  await page.waitForSelector('.line:has-text("harbour"):has-text("알림")');
  await page.locator('button[aria-label*="삭제"]').first().click();
  await page.waitForSelector('.line:has-text("알림")', { state: 'detached' });
  await blurred(page);
  await page.keyboard.press('u');
  await page.waitForSelector('.line:has-text("harbour"):has-text("알림")');
});

scenario('a saved search tells of what comes, and of it no more once it was looked at', async ({ page, context }) => {
  await signIn(page, 'NZL', 'kea', '#/search');
  await page.waitForSelector('input[type=search]:focus');
  await page.keyboard.type('quarterdeck');
  await page.locator('form[role=search] button').click();
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
  await page.locator('input[type=search]').fill('');
  const writer = await context.newPage();
  await signIn(writer, 'NZL', 'kea');
  await filePlaced(writer, 'Smoke from the quarterdeck');
  await page.waitForSelector('.names:has-text("quarterdeck")');
  await page.locator('.hits .line:has-text("Smoke from")').first().click();
  await page.waitForSelector('.pane .portion:has-text("Smoke from")');
  await page.locator('.names button').click();
  await page.waitForSelector('.names', { state: 'detached' });
});

scenario('axe finds nothing on the search, with hits and without, in either theme', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/search');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await page.waitForSelector('input[type=search]');
    let found = await axe(page);
    if (found.length) throw new Error(`${theme}, empty: ${found.join('\n')}`);
    await page.locator('input[type=search]').fill('harbour 040600Z MAY 31');
    await page.waitForSelector('.hit');
    await blurred(page);
    await page.keyboard.press('f');
    await page.waitForSelector('.facets[open] .group');
    found = await axe(page);
    if (found.length) throw new Error(`${theme}, with hits: ${found.join('\n')}`);
  }
});
