// SPDX-License-Identifier: Apache-2.0
// Dialogs that no other file looks at by axe, opened as people open them, in either theme.
import type { Page } from 'playwright-core';
import { call } from './acts.ts';
import { axe, node, scenario, setTheme, signIn } from './harness.ts';
import { write } from './writes.ts';

type Step = readonly [name: string, place: string, open: (page: Page) => Promise<unknown>];

const press = (...keys: string[]) => async (page: Page): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().press('Enter');

/** Each is opened on its screen, looked at, and left by Escape, in dark and in light. */
async function look(page: Page, steps: readonly Step[]): Promise<void> {
  const faults: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    for (const [name, place, open] of steps) {
      await page.goto(`${node('NZL')}/${place}`);
      await page.waitForSelector('main h1, main .views');
      await page.locator('#main').focus();
      await page.waitForTimeout(300);
      await open(page);
      await page.waitForSelector('[role=dialog]');
      for (const fault of await axe(page)) faults.push(`${theme} ${name} ${fault}`);
      await page.keyboard.press('Escape');
      await page.waitForSelector('[role=dialog]', { state: 'detached' });
    }
  }
  if (faults.length) throw new Error(faults.join('\n'));
}

scenario('dialogs of people and posts have no accessibility fault, in either theme', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/people');
  await look(page, [
    ['admit', '#/people/people', button('Admit a person')],
    ['change', '#/people/people', button('Change nzl.second')],
    ['first password', '#/people/people', button('New password for nzl.second')],
    ['end', '#/people/people', button('End nzl.second')],
    ['post', '#/people/posts', button('Change NZL-WATCH')]
  ]);
});

scenario('dialogs of the frame, a product, a search and a rule have no accessibility fault, in either theme', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/search');
  await page.waitForSelector('main h1');
  const { items } = await call<{ items: { key: string }[] }>(page, 'GET', '/api/search?q=crew+of+eleven');
  const product = `#/product/${items[0]?.key}`;
  await look(page, [
    ['palette', '#/inbox', press('Control+k')],
    ['keys', '#/inbox', press('?')],
    ['lower', '#/inbox', press('Alt+Shift+D')],
    ['save', product, async (now) => {
      await now.waitForSelector('.whole .portion');
      await now.keyboard.press('s');
    }],
    ['saved search', '#/search', async (now) => {
      await now.locator('main input[type=search]').fill('harbour');
      await now.locator('form button:has-text("Save"):enabled').first().press('Enter');
    }]
  ]);
});

scenario('dialogs of the composer have no accessibility fault, in either theme', async ({ page }) => {
  const faults: string[] = [];
  await signIn(page, 'NZL', 'kea');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await page.goto(`${node('NZL')}/#/inbox`);
    await write(page, 'Looked at by axe', 'In its dialogs.');
    await page.waitForSelector('.advice .button, .group');
    for (const [name, keys] of [['label', 'Alt+l'], ['cite', 'Alt+c'], ['look', 'Alt+k'], ['file', 'Control+Enter']] as const) {
      await page.locator('.document').focus();
      await page.keyboard.press(keys);
      await page.waitForSelector('[role=dialog]');
      for (const fault of await axe(page)) faults.push(`${theme} ${name} ${fault}`);
      await page.keyboard.press('Escape');
      await page.waitForSelector('[role=dialog]', { state: 'detached' });
    }
  }
  if (faults.length) throw new Error(faults.join('\n'));
});
