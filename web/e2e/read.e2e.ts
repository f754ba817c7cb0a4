// SPDX-License-Identifier: Apache-2.0
// A reader finds, reads and acknowledges without a mouse; the banner says what is on the screen; nothing is left after sign-out.
import { axe, expectNoForeignRequests, letPass, node, PHONE, scenario, setLanguage, setTheme, signIn } from './harness.ts';

const inbox = '[role=listbox] [role=option]';

scenario('a line is read by keyboard, under a banner made by the node', async (scene) => {
  const { page } = scene;
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('4');
  await page.waitForSelector(inbox);
  await page.keyboard.press('j');
  await page.waitForSelector('.pane .portion .mark');
  await page.waitForFunction(() => [...document.querySelectorAll('.banner')].every((b) => /EXERCISE|PUBLIC/.test(b.textContent ?? '')));
  const banners = await page.locator('.banner').allTextContents();
  if (banners.length !== 2 || banners[0] !== banners[1]) throw new Error(`banners differ: ${banners.join(' / ')}`);
  expectNoForeignRequests(scene);
});

scenario('on every screen the banner and the clock stand: an exercise’s that is stopped says so, and moves only when it is moved', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  const clock = page.locator('header .clock time').first();
  await clock.waitFor();
  const before = (await clock.getAttribute('datetime')) ?? '';
  for (const size of [{ width: 1440, height: 900 }, PHONE]) {
    await page.setViewportSize(size);
    for (const screen of ['inbox', 'write', 'desk', 'search', 'map', 'register', 'recall', 'network', 'audit', 'people', 'sides', 'product', 'compare']) {
      await page.evaluate((name) => (location.hash = `#/${name}`), screen);
      await page.waitForTimeout(150);
      const seen = await page.evaluate(() => {
        const shown = (e: Element | null | undefined) => {
          const box = e?.getBoundingClientRect();
          return !!box && box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth && e!.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
        };
        const banners = [...document.querySelectorAll('.banner')].filter((b) => shown(b) && b.textContent?.trim()).length;
        return { banners, clock: shown(document.querySelector('header .clock time')), stands: shown(document.querySelector('header .clock .stands')) };
      });
      if (seen.banners !== 2 || !seen.clock || !seen.stands) throw new Error(`${screen} ${size.width}: ${JSON.stringify(seen)}`);
    }
  }
  if ((await clock.getAttribute('datetime')) !== before) throw new Error('a clock that stands has moved');
  letPass(1);
  const then = new Date(Date.parse(before) + 60_000).toISOString();
  await page.waitForSelector(`header .clock time[datetime="${then}"]`);
  await page.waitForTimeout(1500);
  if ((await clock.getAttribute('datetime')) !== then) throw new Error('it went on by itself');
});

scenario('where the node gives no marking, the banner says so and shows no other', async ({ page }) => {
  await page.route('**/api/banner', (route) => route.fulfill({ status: 200, contentType: 'text/plain', body: 'x' }));
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('4');
  await page.waitForSelector('.banner:has-text("NOT LABELLED")');
});

scenario('the palette lies below the banner and closes by Escape', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('Control+k');
  await page.waitForSelector('[role=dialog]');
  const above = await page.evaluate(() => document.elementFromPoint(innerWidth / 2, 5)?.closest('.banner') !== null);
  if (!above) throw new Error('something lies over the banner');
  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
});

scenario('no screen has an accessibility fault, in either theme', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  const faults: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    for (const place of ['#/inbox', '#/search', '#/sides', '#/write']) {
      await page.goto(`${node('NZL')}/${place}`);
      await page.waitForSelector('main h1');
      await page.waitForTimeout(400);
      for (const fault of await axe(page)) faults.push(`${theme} ${place} ${fault}`);
    }
  }
  if (faults.length) throw new Error(faults.join('\n'));
});

scenario('the screens speak Korean, and say so to assistive technology', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await setLanguage(page, 'ko');
  await page.waitForSelector('nav a:has-text("수신함")');
  const language = await page.evaluate(() => document.documentElement.lang);
  if (language !== 'ko') throw new Error(`lang is ${language}`);
});

scenario('on a phone the menu has words, the place where one is stays in sight, and no message lies over the places', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, 'NZL', 'nzl.admin', '#/sides');
  await page.waitForSelector('nav a[aria-current]');
  await page.waitForFunction(() => {
    const { left, right } = document.querySelector('nav a[aria-current]')!.getBoundingClientRect();
    return left >= 0 && right <= innerWidth;
  });
  await page.locator('.menu').click();
  for (const words of ['Dark or light', 'Lower this session']) await page.locator(`.tools .button:has-text("${words}") .word`).click({ trial: true });
  await page.evaluate(() => (location.hash = '#/desk'));
  const toast = await page.locator('.toast').first().boundingBox();
  const places = await page.locator('nav').first().boundingBox();
  if (!toast || !places || toast.y + toast.height > places.y) throw new Error(`a message at ${JSON.stringify(toast)} lies over the places at ${JSON.stringify(places)}`);
});

scenario('after sign-out, back shows nothing', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('4');
  await page.waitForSelector(inbox);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForSelector('form.sign-in');
  await page.goBack();
  await page.waitForTimeout(800);
  if (await page.locator(inbox).count()) throw new Error('lines are still shown');
  const kept = await page.evaluate(() => Object.keys(localStorage).filter((k) => !['tearline.theme', 'tearline.language'].includes(k)));
  if (kept.length) throw new Error(`kept: ${kept.join(', ')}`);
});
