// SPDX-License-Identifier: Apache-2.0
// Those who keep links pause and resume them, and carry a stream in a file; nothing of what is carried stands on their screen.
import type { Page } from 'playwright-core';
import { axe, node, PHONE, scenario, setLanguage, setTheme, signIn } from './harness.ts';

const TITLE = 'Light out at the harbour';

async function pickUsa(page: Page): Promise<void> {
  await page.waitForSelector('[data-member=USA]');
  await page.keyboard.press('j');
  await page.waitForSelector('#partner-name:has-text("USA")');
}

async function expectClean(page: Page, where: string): Promise<void> {
  const found = await axe(page);
  if (found.length) throw new Error(`${where}: ${found.join('\n')}`);
}

scenario('an administrator pauses a link with a reason and resumes it, by keyboard', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network');
  await pickUsa(page);
  await page.keyboard.press('Shift+P');
  if (await page.locator('[role=dialog] .button.danger').isEnabled()) throw new Error('a pause needs no reason');
  await page.locator('#pause-reason').fill('the line is being moved');
  await page.locator('#pause-reason').press('Enter');
  await page.waitForSelector('.pause:has-text("the line is being moved")');
  await page.waitForSelector('tr:has([data-member=USA]) .state:has-text("paused here")');
  await page.reload();
  await page.waitForSelector('.pause:has-text("nzl.admin")');
  await page.locator('#main').focus();
  await page.keyboard.press('Shift+P');
  await page.waitForSelector('.pause', { state: 'detached' });
  const text = (await page.locator('main').innerText()) + (await page.content());
  if (text.includes(TITLE)) throw new Error('a title stands on a screen of links');
});

scenario('a stream goes into a file at one node and comes out of it at the other', async ({ page, context }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network/USA');
  await page.waitForSelector('#export');
  await page.locator('#main').focus();
  await page.keyboard.press('Shift+E');
  await page.locator('[role=dialog] input[value=start]').check();
  const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('[role=dialog] .button.main').press('Enter')]);
  const path = await saved.path();
  if (!saved.suggestedFilename().startsWith('NZL-USA-')) throw new Error(`saved as ${saved.suggestedFilename()}`);
  await page.waitForSelector('[role=dialog] .good:has-text("for USA")');
  const there = await context.newPage();
  await signIn(there, 'USA', 'usa.admin', '#/network/NZL');
  await there.waitForSelector('input[type=file]', { state: 'attached' });
  await there.setInputFiles('input[type=file]', path);
  await there.waitForSelector('.said:has-text("NZL")');
  await there.waitForSelector('td:has-text("imported")');
  // The same file at the node that made it is nobody's.
  await page.keyboard.press('Escape');
  await page.setInputFiles('input[type=file]', path);
  await page.waitForSelector('section [role=alert]');
});

scenario('in Korean, on a phone and in both themes the network screen has no fault that axe finds', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network/USA');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await page.waitForSelector('#partner-name');
    await expectClean(page, theme);
  }
  await setLanguage(page, 'ko');
  await page.waitForSelector('h1:has-text("네트워크")');
  await page.setViewportSize(PHONE);
  await page.waitForSelector('td[data-name="연결"]');
  await expectClean(page, 'phone');
  await page.keyboard.press('Shift+P');
  await page.waitForSelector('[role=dialog]:has-text("FLASH")');
  await expectClean(page, 'pause');
  await page.keyboard.press('Escape');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) throw new Error('the phone scrolls sideways');
});

scenario('whoever keeps no links is offered no screen of them', async ({ page }) => {
  await signIn(page, 'USA', 'usa.auditor', '#/network/NZL');
  await page.waitForSelector('#partner-name');
  if (await page.locator('#switch').count()) throw new Error('an auditor could pause a link');
  const answer = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    return (await fetch('/api/network/NZL/pause', { method: 'POST', headers, body: '{"reason":"x"}' })).status;
  });
  if (answer !== 403) throw new Error(`${node('USA')} answered ${answer}`);
});
