// SPDX-License-Identifier: Apache-2.0
// Standing rules tried before they hold, the register searched and saved, and a recall from its reach to its destruction records.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { axe, node, scenario, setLanguage, setTheme, signIn } from './harness.ts';

interface Made {
  key: string;
  reference: string;
}

async function post<T>(page: Page, path: string, body: unknown): Promise<T> {
  return await page.evaluate(async ([path, body]) => {
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    const answer = await fetch(path as string, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }, [path, body] as const);
}

function draft(title: string, label: unknown, more: object): unknown {
  const variants = [{ label, body: { type: 'text', wordings: [{ lang: 'en', text: title }] } }];
  return { precedence: 'ROUTINE', portions: [{ kind: 'title', tag: 'TA', variants }], ...more };
}

async function asOfficer(page: Page, place: string): Promise<void> {
  await signIn(page, 'NZL', 'kea');
  await post(page, '/api/session/post', { post: 'NZL-RELEASE' });
  await page.goto(`${node('NZL')}/${place}`);
  await page.reload();
}

/** A report that USA holds. */
async function release(page: Page, title: string): Promise<Made> {
  const label = { policy: 'EXERCISE NZL', classification: 'RESTRICTED', categories: [['Releasable To', ['NZL', 'USA']]] };
  const made = await post<Made>(page, '/api/products', { draft: draft(title, label, { kind: 'report', policy: 'EXERCISE NZL' }) });
  const item = await page.evaluate(async (key) => (await (await fetch(`/api/desk/${key}`)).json()) as { groups: { text: string }[] }, made.key);
  await post(page, `/api/desk/${made.key}/open`, { text: item.groups[0]?.text });
  await post(page, `/api/desk/${made.key}/approve`, { members: ['USA'] });
  return made;
}

scenario('a standing rule is tried over the last month, put in force, and ended', async ({ page }) => {
  await asOfficer(page, '#/desk/rules');
  const label = { policy: 'PUBLIC', classification: 'UNMARKED' };
  const of = { kind: 'document', policy: 'PUBLIC', declared: 'unaltered' };
  const before = await post<Made>(page, '/api/products', { draft: draft('A public statement', label, of) });
  await page.waitForSelector('.rules h2');
  await page.keyboard.press('n');
  await page.getByLabel('Name').fill('Public documents');
  await page.getByRole('checkbox', { name: 'document' }).press('Space');
  await page.getByRole('radio', { name: /all PUBLIC/ }).press('Space');
  if (await page.getByRole('button', { name: 'Put it in force' }).isEnabled()) throw new Error('in force without a look at what it does');
  await page.getByRole('button', { name: 'Try it over the last month' }).press('Enter');
  await page.waitForSelector(`.dry li:has-text("${before.reference}"):has-text("waits on the desk")`);
  await page.getByRole('button', { name: 'Put it in force' }).press('Enter');
  await page.waitForSelector('.rules li:has-text("Public documents"):has-text("in force")');
  const after = await post<Made & { released: string[] }>(page, '/api/products', { draft: draft('Another public statement', label, of) });
  if (after.released.join() !== 'USA') throw new Error(`released: ${after.released.join()}`);
  await page.getByRole('button', { name: 'End Public documents' }).press('Enter');
  await page.locator('[role=dialog] .button.danger').press('Enter');
  await page.waitForSelector('.rules li:has-text("Public documents")', { state: 'detached' });
});

scenario('the register is searched by reference and saved as a file that is on record', async ({ page }) => {
  await asOfficer(page, '#/register');
  const made = await release(page, 'For the register');
  await page.keyboard.press('f');
  await page.keyboard.type(made.reference.split(' ').at(-1) ?? '');
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
  await page.waitForSelector(`tbody tr:has-text("${made.reference}"):has-text("USA"):has-text("T1")`);
  // Times are date-time groups, as everywhere; what is none is said, and not asked.
  const since = page.locator('#register-since');
  await since.fill('yesterday');
  await since.press('Enter');
  await page.waitForSelector('#register-wrong');
  await since.fill('010000Z JAN 20');
  await since.press('Enter');
  await page.waitForSelector('#register-wrong', { state: 'detached' });
  await page.waitForFunction(() => location.hash.includes('since=010000Z'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).press('Enter')]);
  const text = await readFile(await download.path(), 'utf-8');
  if (!text.includes(made.reference) || text.trim().split('\n').length !== 2) throw new Error(text);
});

scenario('a recall shows its reach before, is confirmed by letters, and its records come back', async ({ page, browser }) => {
  await asOfficer(page, '#/recall');
  const made = await release(page, 'To be recalled');
  const letters = made.reference.split(' ').at(-1) ?? '';
  const other = await (await browser.newContext()).newPage();
  await signIn(other, 'USA', 'hawk');
  const status = () => other.evaluate(async (key) => (await fetch(`/api/products/${key}`)).status, made.key);
  for (let n = 0; n < 50 && (await status()) !== 200; n++) await other.waitForTimeout(200);
  await page.keyboard.press('f');
  await page.keyboard.type(letters);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.reach .card:has-text("USA"):has-text("No receipt")');
  await post(other, `/api/products/${made.key}/acknowledge`, { state: 'displayed' });
  await page.waitForSelector('.reach .card:has-text("USA-WATCH displayed")');
  const order = page.locator('.button.order');
  const lacks = await order.evaluate((button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent);
  if (!(await order.isDisabled()) || lacks !== 'Choose why first.') throw new Error(`the order lacks ${lacks}`);
  await page.getByRole('radio', { name: 'error in the content' }).press('Space');
  await page.keyboard.press('Shift+R');
  await page.locator('[role=dialog] input').fill(letters);
  await page.locator('[role=dialog] input').press('Enter');
  await page.waitForSelector('.progress .destroyed:has-text("USA"):has-text("Nothing remains")', { timeout: 20_000 });
  if ((await status()) !== 404) throw new Error('the partner still reads it');
  await other.context().close();
});

scenario('a single portion is taken back by an amendment that begins at it, and only by its author', async ({ page, browser }) => {
  await asOfficer(page, '#/recall');
  const made = await release(page, 'One portion only');
  await page.evaluate((key) => (location.hash = `#/recall/${key}`), made.key);
  await page.getByRole('link', { name: 'Amend TA' }).click();
  await page.waitForSelector('.ProseMirror [data-tag=TA]');
  const at = await page.evaluate(() => {
    const found = document.getSelection()?.anchorNode;
    return (found instanceof Element ? found : found?.parentElement)?.closest('[data-tag]')?.getAttribute('data-tag');
  });
  if (at !== 'TA') throw new Error(`the cursor is in ${at}`);
  const other = await (await browser.newContext()).newPage();
  await signIn(other, 'NZL', 'moa', `#/recall/${made.key}`);
  await other.waitForSelector('.one:has-text("Its author, kea")');
  await other.context().close();
});

scenario('register, recall and rules speak Korean', async ({ page }) => {
  await asOfficer(page, '#/register');
  await setLanguage(page, 'ko');
  await page.waitForSelector('h1:has-text("공개 대장")');
  await page.waitForSelector('tbody tr:has-text("공개")');
  await page.evaluate(() => (location.hash = '#/recall'));
  await page.waitForSelector('h2:has-text("회수 현황")');
  await page.evaluate(() => (location.hash = '#/desk/rules'));
  await page.waitForSelector('h2:has-text("상시 규칙")');
  // What the node refuses is told in the reader's language as well.
  await page.keyboard.press('n');
  await page.locator('form.card .acts button').first().click();
  await page.waitForSelector('.failed:has-text("60자 이내의 이름을 붙이십시오")');
});

scenario('rules, register and recall have no accessibility fault, in either theme', async ({ page }) => {
  await asOfficer(page, '#/recall');
  const made = await release(page, 'Looked at by axe');
  const faults: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    for (const [place, ready] of [[`#/recall/${made.key}`, '.reach .card'], ['#/register', 'tbody tr'], ['#/desk/rules', '.rules .card']] as const) {
      await page.goto(`${node('NZL')}/${place}`);
      await page.waitForSelector(ready);
      if (place.includes('rules')) await page.keyboard.press('n');
      await page.waitForTimeout(300);
      for (const fault of await axe(page)) faults.push(`${theme} ${place} ${fault}`);
    }
  }
  if (faults.length) throw new Error(faults.join('\n'));
});
