// SPDX-License-Identifier: Apache-2.0
// First run, in a browser: from the printed link to a signed-in administrator. tests/screens starts the empty node.
import { axe, node, scenario, setTheme } from './harness.ts';

const PASSWORD = 'a long lantern sentence';

scenario('a node is set up from its link, in Korean, and the link is dead afterwards', async ({ page }) => {
  const began = Date.now();
  const link = node('LINK');
  await page.goto(link);
  await page.getByRole('button', { name: '한국어' }).click();
  await page.selectOption('[name=member]', 'NZL');
  await page.selectOption('[name=ceiling]', { index: 1 });
  await page.fill('[name=title]', '상황실');
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme);
    await page.waitForSelector('form.card');
    const faults = await axe(page);
    if (faults.length) throw new Error(faults.join('\n'));
  }
  await page.selectOption('[name=member]', 'NZL');
  await page.locator('form button.main').click();
  await page.waitForSelector('[name=admin]');
  // Whoever closes the page goes on where they were.
  await page.goto('about:blank');
  await page.goto(link);
  await page.waitForSelector('[name=admin]');
  await page.fill('[name=next]', PASSWORD);
  await page.fill('[name=again]', PASSWORD);
  await page.locator('form button.main').click();
  await page.locator('form button.main').click();
  await page.waitForSelector('form.sign-in', { timeout: 60_000 });
  await page.fill('[name=person]', 'nzl.admin');
  await page.fill('[name=password]', PASSWORD);
  await page.locator('form.sign-in button.main').click();
  await page.waitForSelector('.frame nav');
  console.log(JSON.stringify({ seconds: Math.round((Date.now() - began) / 100) / 10 }));
  const token = link.split('/').at(-1);
  const status = await page.evaluate(async (secret) => {
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    return (await fetch('/api/setup', { method: 'POST', headers, body: JSON.stringify({ token: secret }) })).status;
  }, token);
  if (status !== 404) throw new Error(`the link still opens: ${status}`);
});
