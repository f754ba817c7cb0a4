// SPDX-License-Identifier: Apache-2.0
// Search: narrow, save, be told of what comes; by keys, in two languages, in both themes.
import type { Page } from 'playwright-core';
import { axe, scenario, setLanguage, setTheme, signIn } from './harness.ts';
import { call, draft, filePlaced } from './acts.ts';

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
  await page.locator('button[aria-label*="harbour"][aria-label*="삭제"]').click();
  await page.waitForSelector('.line:has-text("harbour"):has-text("알림")', { state: 'detached' });
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

scenario('words of five languages are found as people type them: inside of Korean, Japanese and Chinese words, with or without accents', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/search');
  const texts = [
    '평양 일대에서 탄도미사일이 발사되었다',
    '弾道ミサイルが日本海に向けて発射された',
    '潛艇在海峽附近活動',
    'Un sous-marin a été repéré près de la côte élevée',
    'A submarine was sighted off the coast'
  ];
  for (const text of texts) await call(page, 'POST', '/api/products', { draft: await draft(page, text, ['NZL']) });
  const wanted: [string, number[]][] = [
    ['미사일', [0]], ['탄도미사일', [0]], ['발사', [0]], ['평양', [0]],
    ['ミサイル', [1]], ['発射', [1]], ['弾道', [1]],
    ['潛艇', [2]], ['海峽', [2]],
    ['repere', [3]], ['repéré', [3]], ['cote', [3]], ['Côte', [3]], ['élevée', [3]], ['sous-marin', [3]],
    ['submarine', [4]], ['coast', [4]]
  ];
  const box = page.getByRole('searchbox').first();
  for (const [words, at] of wanted) {
    await box.fill(words);
    for (const n of at) await page.waitForSelector(`.hit:has-text("${texts[n]}")`, { timeout: 8000 }).catch(() => { throw new Error(`${words} does not find: ${texts[n]}`); });
    await page.waitForSelector('.hit mark', { timeout: 8000 });
  }
  await box.fill('존재하지않는말');
  await page.waitForSelector('.hit', { state: 'detached' });
});
