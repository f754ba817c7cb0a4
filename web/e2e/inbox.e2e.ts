// SPDX-License-Identifier: Apache-2.0
// What arrives comes in by itself, and what is recalled leaves every open list at once.
import { call, draft } from './acts.ts';
import { scenario, signIn } from './harness.ts';

scenario('a released report comes into an open list, and leaves it when it is recalled', async ({ context, page }) => {
  const title = 'Buoy adrift at the north entrance';
  const line = `[role=option]:has-text("${title}")`;
  const reader = await context.newPage();
  await signIn(reader, 'USA', 'hawk');
  await reader.waitForSelector('.views');
  await reader.keyboard.press('4');
  await reader.waitForSelector('[role=option]');

  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const { key } = await call<{ key: string }>(page, 'POST', '/api/products', { draft: await draft(page, title, ['NZL', 'USA']) });
  const item = await call<{ groups: { text: string }[] }>(page, 'GET', `/api/desk/${key}`);
  await call(page, 'POST', `/api/desk/${key}/open`, { text: item.groups[0]?.text });
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });

  await reader.waitForSelector(line);
  await reader.locator(line).click();
  await reader.waitForSelector(`.pane .portion:has-text("${title}")`);

  await call(page, 'POST', `/api/products/${key}/amendments`, { draft: await draft(page, title, ['NZL']) });
  await reader.waitForSelector(line, { state: 'detached' });
  await reader.waitForSelector('.pane [role=alert]');
  if (((await reader.locator('main').textContent()) ?? '').includes(title)) throw new Error('the text is still shown');
});
