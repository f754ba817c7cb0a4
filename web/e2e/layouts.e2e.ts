// SPDX-License-Identifier: Apache-2.0
// Every screen from a narrow phone to a wall of screens, in four languages: nothing is wider than the screen or below a banner,
// and the letters of each language are there.
import type { Page } from 'playwright-core';
import { call, draft } from './acts.ts';
import { scenario, setLanguage, signIn, WIDE } from './harness.ts';

const LANGUAGES = ['en', 'fr', 'ko', 'ja'] as const;
const PHONE = { width: 360, height: 740 };
/** The longest words are French ones: theirs is every size. */
const SIZES = { en: [PHONE, { width: 3440, height: 1440 }], fr: [PHONE, { width: 768, height: 1024 }, WIDE], ko: [PHONE], ja: [PHONE] };

/** What is wrong with the page as it stands. */
async function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) found.push(`wider than the screen by ${over} px`);
    // Only what is inside scrolls: else the bars go up with the page, below a banner that stays.
    const below = document.documentElement.scrollHeight - document.documentElement.clientHeight;
    if (below > 0) found.push(`longer than the screen by ${below} px`);
    const banners = [...document.querySelectorAll('.banner')].filter((b) => b.checkVisibility());
    const [top, bottom] = banners.map((b) => b.getBoundingClientRect());
    if (!top || !bottom || banners.length !== 2) return [...found, `${banners.length} banners`];
    if (top.top !== 0 || Math.round(bottom.bottom) !== innerHeight || top.width < innerWidth || bottom.width < innerWidth) found.push('a banner is not at its edge');
    const main = document.querySelector('main');
    const box = main?.getBoundingClientRect();
    if (!main || !box || box.top < top.bottom - 1 || box.bottom > bottom.top + 1) found.push(`main ${box?.top}–${box?.bottom} under a banner ${top.bottom}–${bottom.top}`);
    // What is cut off at the right, and can't be scrolled to.
    for (const element of main?.querySelectorAll('button, a, input, select, h1, h2, p') ?? []) {
      if (!element.checkVisibility() || element.closest('.hidden-visually')) continue;
      const { right, width } = element.getBoundingClientRect();
      if (width < 1 || right <= innerWidth + 1) continue;
      let holder = element.parentElement;
      while (holder && !/auto|scroll/.test(getComputedStyle(holder).overflowX)) holder = holder.parentElement;
      if (!holder || holder === main || holder.scrollWidth <= holder.clientWidth) found.push(`cut off: ${element.tagName} ${(element.textContent ?? '').trim().slice(0, 30)}`);
    }
    return found;
  });
}

async function sweep(page: Page, places: readonly string[]): Promise<void> {
  const wrong: string[] = [];
  for (const language of LANGUAGES) {
    await setLanguage(page, language);
    await page.waitForSelector(`html[lang=${language}] main`);
    for (const place of places) {
      await page.evaluate((hash) => (location.hash = hash), place);
      await page.waitForTimeout(250);
      for (const size of SIZES[language]) {
        await page.setViewportSize(size);
        await page.waitForTimeout(80);
        wrong.push(...(await faults(page)).map((fault) => `${language} ${place} ${size.width}: ${fault}`));
      }
    }
  }
  if (wrong.length) throw new Error([...new Set(wrong)].join('\n'));
}

scenario('what people read and write fits every screen, in four languages', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  await page.reload();
  await page.waitForSelector('main');
  const { items } = await call<{ items: { key: string }[] }>(page, 'GET', '/api/products?limit=2');
  const [key = ''] = items.map((item) => item.key);
  await sweep(page, ['#/inbox?view=all', '#/inbox?view=log', '#/write', '#/search', '#/map', `#/product/${key}`, `#/sides/${key}`, '#/desk', '#/desk/reviews', '#/desk/rules', '#/register', '#/recall']);
});

scenario('three and four products are compared on every screen: the banners stay whole, and only the table scrolls', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  for (const words of ['First account', 'Second account', 'Third account', 'Fourth account']) {
    await call(page, 'POST', '/api/products', { draft: await draft(page, words, ['NZL', 'USA']) });
  }
  const { items } = await call<{ items: { key: string }[] }>(page, 'GET', '/api/products?limit=4');
  const keys = items.map((item) => item.key);
  if (keys.length !== 4) throw new Error(`${keys.length} products`);
  await page.evaluate((hash) => (location.hash = hash), `#/compare/${keys.join('/')}`);
  await page.waitForSelector('.compare table');
  await sweep(page, [`#/compare/${keys.slice(1).join('/')}`, `#/compare/${keys.join('/')}`]);
});

scenario('what keepers and auditors see fits every screen, in four languages', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network');
  await page.waitForSelector('[data-member=USA]');
  await sweep(page, ['#/network', '#/network/USA', '#/people/me', '#/people/people', '#/people/posts', '#/people/policies', '#/people/delegations', '#/people/health']);
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  await page.waitForSelector('.line');
  await sweep(page, ['#/audit', '#/audit/anchors', '#/audit/range']);
});

scenario('the letters of Korean and Japanese come with the page, each in its own form', async ({ page }) => {
  for (const [language, wanted] of [['ko', 'Noto Sans KR'], ['ja', 'Noto Sans JP']] as const) {
    await signIn(page, 'NZL', 'kea');
    await setLanguage(page, language);
    await page.waitForSelector(`html[lang=${language}] .views`);
    await page.evaluate(() => document.fonts.ready);
    const loaded = await page.evaluate(() => [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('"', '')));
    if (!loaded.some((family) => family.startsWith(wanted))) throw new Error(`${language}: ${[...new Set(loaded)].join(', ')}`);
    const first = await page.evaluate(() => getComputedStyle(document.querySelector('nav a') ?? document.body).fontFamily.split(',').find((family) => family.includes('Noto')) ?? '');
    if (!first.includes(wanted)) throw new Error(`${language} is drawn with ${first} first`);
    const mono = await page.evaluate(() => getComputedStyle(document.querySelector('nav kbd') ?? document.body).fontFamily);
    if (!mono.includes('Plex Mono')) throw new Error(`keys are drawn with ${mono}`);
  }
});
