// SPDX-License-Identifier: Apache-2.0
import { node, scenario, signIn } from './harness.ts';

scenario('the page at the door loads under its policy', async ({ page }) => {
  const answer = await page.goto(`${node('NZL')}/`);
  if (!answer?.headers()['content-security-policy']?.includes("script-src 'self'")) throw new Error('no policy');
  await page.waitForSelector('#app > *');
});

scenario('one of the cast is played, and the session is theirs', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  const session = await page.evaluate(async () => (await (await fetch('/api/session')).json()) as { person: string });
  if (session.person !== 'kea') throw new Error(`signed in as ${session.person}`);
});

scenario('a page whose files are gone, since the screens were built anew, loads itself anew where it is', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  // As after another build: no file by the old names, and a page that names others; then the new one.
  let old = true;
  await page.route('**/assets/*.js', (route) => (old ? route.fulfill({ status: 404, json: {} }) : route.continue()));
  await page.route(`${node('NZL')}/`, async (route) => {
    if (route.request().resourceType() !== 'fetch') return route.continue();
    old = false;
    await route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/index-another.js"></script>' });
  });
  const anew = page.waitForEvent('load');
  await page.locator('#main').focus();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await anew;
  await page.waitForSelector('.maplibregl-canvas, .map canvas');
});

scenario('a file that fails by itself is told as such, and nothing is loaded anew', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.route('**/assets/Search*.js', (route) => route.fulfill({ status: 404, json: {} }));
  await page.evaluate(() => ((globalThis as unknown as { kept: boolean }).kept = true));
  await page.locator('#main').focus();
  await page.keyboard.press('/');
  await page.waitForSelector('main [role=alert]');
  await page.waitForTimeout(500);
  if (!(await page.evaluate(() => (globalThis as unknown as { kept?: boolean }).kept))) throw new Error('the page was loaded anew');
});
