// SPDX-License-Identifier: Apache-2.0
// First run of a node that joins a network: applied for here, admitted where the authority is. tests/screens plays the authority.
import { existsSync } from 'node:fs';
import { axe, node, scenario, setLanguage, setTheme } from './harness.ts';

const PASSWORD = 'a long lantern sentence';
const FOLDER = process.env.TEARLINE_SHOTS ?? '';

/** The authority answers with a file; it is another process, and people stand between. */
async function untilThere(path: string): Promise<void> {
  for (let n = 0; n < 300 && !existsSync(path); n++) await new Promise((done) => setTimeout(done, 100));
  if (!existsSync(path)) throw new Error(`no ${path}`);
}

scenario('a node applies, is admitted, and joins; a wrong file is refused in words', async ({ page }) => {
  const link = node('LINK');
  await page.goto(link);
  await page.selectOption('[name=member]', 'NZL');
  await page.check('[name=way][value=join]');
  await page.selectOption('[name=ceiling]', 'CONFIDENTIAL');
  await page.fill('[name=host]', '127.0.0.1');
  await page.locator('form button.main').click();
  const save = page.getByRole('button', { name: 'Save the application' });
  await save.waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
  await file.saveAs(`${FOLDER}/nzl.application`);
  if (await page.locator('form > .row button.main').isEnabled()) throw new Error('one may go on without an admission');
  // Whoever closes the page goes on where they were, with the same letters.
  const letters = await page.locator('.letters strong').textContent();
  await page.goto('about:blank');
  await page.goto(link);
  await page.waitForSelector('.letters strong');
  if ((await page.locator('.letters strong').textContent()) !== letters) throw new Error('the application changed by itself');
  await page.setInputFiles('[name=admission]', { name: 'other', mimeType: 'text/plain', buffer: Buffer.from('no admission') });
  await page.waitForSelector('[role=alert]');
  await untilThere(`${FOLDER}/other.admission`);
  await page.setInputFiles('[name=admission]', `${FOLDER}/other.admission`);
  await page.waitForSelector('[role=alert]:has-text("answers another application")');
  await setLanguage(page, 'ko');
  await page.waitForSelector('[name=admission]:enabled');
  await page.setInputFiles('[name=admission]', `${FOLDER}/other.admission`);
  await page.waitForSelector('[role=alert]:has-text("다른 신청에 대한 승인서입니다")');
  await setLanguage(page, 'en');
  await page.waitForSelector('[name=admission]:enabled');
  await page.setInputFiles('[name=admission]', `${FOLDER}/tearline-NZL.admission`);
  await page.waitForSelector('.network:has-text("KOR")');
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme);
    await page.waitForSelector('[name=admission]:enabled');
    await page.setInputFiles('[name=admission]', `${FOLDER}/tearline-NZL.admission`);
    await page.waitForSelector('.network');
    const faults = await axe(page);
    if (faults.length) throw new Error(faults.join('\n'));
    await page.screenshot({ path: `${FOLDER}/join-${theme}.png`, fullPage: true });
  }
  await page.check('[name=compared]');
  await page.locator('form > .row button.main').click();
  await page.fill('[name=next]', PASSWORD);
  await page.fill('[name=again]', PASSWORD);
  await page.locator('form > .row button.main').click();
  await page.waitForSelector('form.sign-in', { timeout: 60_000 });
  await page.fill('[name=person]', 'nzl.admin');
  await page.fill('[name=password]', PASSWORD);
  await page.locator('form.sign-in button.main').click();
  await page.waitForSelector('.frame nav');
  await page.evaluate(() => (location.hash = '#/network'));
  await page.waitForSelector('main :text("KOR")');
});
