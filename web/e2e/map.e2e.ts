// SPDX-License-Identifier: Apache-2.0
// The map: each reader's own variant, listed beside it, opened by keys, an area typed and searched.
import { axe, PHONE, scenario, setLanguage, setTheme, signIn } from './harness.ts';
import { filePlaced } from './acts.ts';

const drawn = '.chart canvas';

scenario('each reader has their own variant on the map: a point there, a cell here', async ({ context, page }) => {
  const title = 'Drifting container off the heads';
  await signIn(page, 'NZL', 'kea', '#/map');
  await filePlaced(page, title);
  await page.waitForSelector(`.side .line:has-text("${title}"):has-text("exact 41.31S")`);
  await page.waitForSelector(drawn);
  const reader = await context.newPage();
  await signIn(reader, 'USA', 'hawk', '#/map');
  await reader.waitForSelector(`.side .line:has-text("${title}"):has-text("Cell 41.0")`);
  if ((await reader.content()).includes('174.81')) throw new Error('the exact place is in the other reader’s page');
  await reader.keyboard.press('j');
  await reader.waitForSelector(`.side .portion:has-text("${title}")`);
  const banner = (await reader.locator('.banner.top').textContent()) ?? '';
  if (!banner.includes('EXERCISE')) throw new Error(`the map has no marking: ${banner}`);
});

scenario('a map with more than a page asks for what is in view, once it rests, and for the globe by one key', async ({ page }) => {
  const asked: string[] = [];
  // As if one product were a page: the newest comes first, and the rest with the view.
  await page.route('**/api/features?limit=1000', (route) => route.continue({ url: route.request().url().replace('limit=1000', 'limit=1') }));
  page.on('request', (request) => {
    const view = new URL(request.url()).searchParams.get('view');
    if (view !== null) asked.push(view);
  });
  await signIn(page, 'NZL', 'kea');
  await filePlaced(page, 'Buoy adrift, first report');
  await filePlaced(page, 'Buoy adrift, second report');
  await page.evaluate(() => (location.hash = '#/map'));
  await page.waitForSelector(drawn);
  await page.waitForSelector('.side .line:has-text("first report")');
  await page.waitForSelector('.side .line:has-text("second report")');
  if (!asked.length) throw new Error('nothing was asked of a view');
  const before = asked.length;
  await page.keyboard.press('0');
  await page.waitForRequest((request) => request.url().includes('view=-180.0000'));
  await page.keyboard.press('+');
  await page.waitForTimeout(700);
  if (asked.length !== before + 1) throw new Error(`a view within what is held was asked for: ${asked.join(' ')}`);
});

scenario('an area is typed, and searched in two steps, without a mouse', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/map');
  await filePlaced(page, 'Oil slick at the western entrance');
  await page.waitForSelector('.side .line');
  await page.locator('.bar input').focus();
  await page.keyboard.type('42S 174E / 41S 176E');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.bar .acts');
  await page.locator('h1').first().evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('s');
  await page.waitForSelector('.hit:has-text("Oil slick")');
});

scenario('the page stays where it is, however long the list beside the map, also when a box is drawn', async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 260 });
  await signIn(page, 'NZL', 'kea', '#/map');
  await filePlaced(page, 'Nets adrift south of the light');
  await page.waitForSelector('.side .line:has-text("Nets adrift")');
  await page.waitForSelector('.map[data-state=drawn]');
  const below = () => page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight);
  if (!(await page.evaluate(() => { const side = document.querySelector('.side'); return !!side && side.scrollHeight > side.clientHeight; }))) throw new Error('the list is too short to tell');
  if (await below()) throw new Error(`the page can be scrolled by ${await below()} px`);
  await page.setViewportSize({ width: 1000, height: 480 });
  await page.locator('.bar .button:has-text("Box")').press('Enter');
  await page.waitForSelector('.bar [role=status]');
  const canvas = (await page.locator(drawn).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  for (const [part, corners] of [[0.3, 1], [0.6, 0]] as const) {
    await page.mouse.click(canvas.x + canvas.width * part, canvas.y + canvas.height * part);
    if (corners) await page.waitForSelector('.bar [role=status]:has-text("1 set")');
  }
  await page.waitForSelector('.bar .acts');
  if (await below()) throw new Error(`the page can be scrolled by ${await below()} px once the box is drawn`);
});

scenario('an alert for an area leaves no area behind: what is searched next is searched everywhere', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/map');
  await filePlaced(page, 'Fog signal off the cape');
  await page.waitForSelector('.side .line');
  await page.locator('.bar input').fill('10S 10E / 9S 11E');
  await page.keyboard.press('Enter');
  await page.locator('.bar .acts .button').nth(1).press('Enter');
  await page.locator('[role=dialog] input').first().fill('Off another coast');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
  await page.locator('[role=search] input').fill('Fog signal');
  await page.waitForSelector('.hit:has-text("Fog signal")');
  if (await page.locator('.chips .chip').count()) throw new Error('the area is still there');

  await page.evaluate(() => (location.hash = '#/search?area=10%2C-10%3B11%2C-9'));
  await page.waitForSelector('.chips .chip');
  await page.locator('[role=search] input').blur();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.waitForSelector('.chips .chip', { state: 'detached' });
  await page.waitForSelector('.hit:has-text("Fog signal")');
});

scenario('letters that end a reference are searched as words, and a square of the grid as an area', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/search');
  const box = page.locator('[role=search] input');
  await box.fill('9SYD');
  await page.waitForSelector('.note, .hit');
  if (await page.locator('.chips .chip').count()) throw new Error('9SYD is taken for a place');
  await box.fill('09S YD 56 35');
  await page.waitForSelector('.chips .chip:has-text("09S YD 56 35")');
});

scenario('한국어로 지도를 보고 위치를 입력하며, 읽을 수 없으면 그렇다고 말한다', async ({ page }) => {
  await signIn(page, 'USA', 'hawk', '#/map');
  await setLanguage(page, 'ko');
  await page.waitForSelector('.bar input[placeholder*="모서리"]');
  await page.locator('.bar input').fill('아무 데나');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.bar [role=alert]:has-text("MGRS")');
});

scenario('the map without WebGL says so, and keeps its list', async ({ page }) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...more: unknown[]) {
      return kind.startsWith('webgl') ? null : (real as (...a: unknown[]) => unknown).call(this, kind, ...more);
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
  await signIn(page, 'NZL', 'kea', '#/map');
  await filePlaced(page, 'Unlit barge under tow');
  await page.waitForSelector('.chart [role=alert]');
  await page.waitForSelector('.side .line:has-text("Unlit barge")');
});

scenario('axe finds nothing on the map, in either theme, wide or on a phone', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/map');
  for (const theme of ['dark', 'light'] as const) {
    for (const size of [{ width: 1440, height: 900 }, PHONE]) {
      await page.setViewportSize(size);
      await setTheme(page, theme);
      await page.waitForSelector(drawn);
      await page.waitForSelector('.side .count, .side .note');
      const found = await axe(page);
      if (found.length) throw new Error(`${theme} ${size.width}: ${found.join('\n')}`);
    }
  }
});

scenario('time runs over the map by one key, and by steps where less motion is asked for', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await filePlaced(page, 'Placed early');
  await page.evaluate(() => (location.hash = '#/map'));
  await page.waitForSelector(drawn);
  const button = page.locator('.time .button');
  await button.waitFor();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.keyboard.press('t');
  await page.waitForTimeout(800);
  if ((await button.getAttribute('aria-pressed')) === 'true') throw new Error('it moves by itself');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.keyboard.press('t');
  await page.waitForSelector('.time .button[aria-pressed=true]');
  await page.keyboard.press('t');
  await page.waitForSelector('.time .button[aria-pressed=false]');
});
