// SPDX-License-Identifier: Apache-2.0
import { call, draft } from './acts.ts';
import { axe, node, scenario, setLanguage, setTheme, signIn, WIDE } from './harness.ts';

scenario('the page at the door loads under its policy', async ({ page }) => {
  const answer = await page.goto(`${node('NZL')}/`);
  if (!answer?.headers()['content-security-policy']?.includes("script-src 'self'")) throw new Error('no policy');
  await page.waitForSelector('#app > *');
});

const NARROW = { width: 360, height: 740 };

scenario('before the door an exercise tells its story and names its nodes, in four languages and on the narrowest phone', async ({ page }) => {
  await page.setViewportSize(NARROW);
  await page.goto(`${node('USA')}/`);
  await page.waitForSelector('.story');
  for (const language of ['en', 'fr', 'ko', 'ja'] as const) {
    await setLanguage(page, language);
    await page.waitForSelector(`html[lang=${language}] .story h2:has-text("SMALL ISLAND")`);
    await page.waitForSelector('.story :text("A light is out at the harbour.")');
    await page.waitForSelector('div.node[aria-current]:has-text("United States")');
    await page.waitForSelector(`a.node[href="${node('NZL')}"]:has-text("New Zealand")`);
    await page.waitForSelector('.story .cast button:has-text("hawk")');
    for (const theme of ['dark', 'light'] as const) {
      await setTheme(page, theme);
      await page.waitForSelector('.story');
      for (const size of [NARROW, WIDE]) {
        await page.setViewportSize(size);
        const over = await page.evaluate(() => {
          const cut = [...document.querySelectorAll('main :is(a, button, h1, h2, p, input)')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
          return [document.documentElement.scrollWidth - innerWidth, ...cut.map((e) => e.textContent)].filter(Boolean);
        });
        if (over.length) throw new Error(`${language} ${size.width}: wider than the screen: ${over.join(', ')}`);
      }
      const faults = await axe(page);
      if (faults.length) throw new Error(`${language} ${theme}: ${faults.join('\n')}`);
    }
  }
});

scenario('Show me leads from every node to the one product that the exercise names, whatever is newer, as its author wrote it first', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await call(page, 'POST', '/api/products', { draft: await draft(page, 'Newer than what the exercise shows', ['NZL', 'USA']) });
  await call(page, 'DELETE', '/api/session');
  await page.goto(`${node('USA')}/`);
  await page.locator('.story a.main').press('Enter');
  await page.waitForURL(`${node('NZL')}/**`);
  await page.locator('.story button.main').press('Enter');
  await page.waitForSelector('.sides h1:has-text("NZL-WARN 040600Z MAY 31 S3AL")');
  const own = page.locator('.sides .columns section').first();
  await own.locator('h2:has-text("NZL, as written")').waitFor();
  await own.locator(':text("The tender has a crew of eleven.")').waitFor();
  const theirs = page.locator('.sides section[aria-label="USA"]');
  await theirs.locator(':text("Light out at the harbour")').first().waitFor();
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  if (await theirs.locator('.portion:has-text("crew of eleven")').count()) throw new Error('what stays at home stands in the text of USA');
  await page.keyboard.press('d');
  await page.waitForFunction(() => document.activeElement?.matches('.sides section:first-child .portion.changed'));
  const said = await page.evaluate(() => document.activeElement?.textContent ?? '');
  if (!said.includes('not for USA')) throw new Error(`the first that differs is told as: ${said}`);
  await own.locator('.portion:has-text("crew of eleven") .how:has-text("not for USA")').waitFor();
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
