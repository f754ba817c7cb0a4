// SPDX-License-Identifier: Apache-2.0
// An auditor finds who did what, proves an entry in the browser, verifies a range and takes it away; all of it without clearance.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { call, draft } from './acts.ts';
import { axe, PHONE, scenario, setLanguage, setTheme, signIn } from './harness.ts';

async function expectClean(page: Page, where: string): Promise<void> {
  const found = await axe(page);
  if (found.length) throw new Error(`${where}: ${found.join('\n')}`);
}

scenario('an auditor finds a release and proves its entry in the browser, by keyboard', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  await page.waitForSelector('.line');
  await page.getByRole('button', { name: 'released', exact: true }).press('Enter');
  await page.locator('#trail-member').fill('usa');
  await page.locator('#trail-member').press('Enter');
  await page.waitForFunction(() => {
    const acts = [...document.querySelectorAll('.line .did')].map((one) => one.textContent ?? '');
    return acts.length > 0 && acts.every((act) => act.includes('USA'));
  });
  await page.locator('.line').last().press('Enter');
  await page.waitForSelector('#entry-name:has-text("share released")');
  await page.locator('#main').focus();
  await page.keyboard.press('v');
  await page.waitForSelector('[data-proof=holds]');
  const steps = await page.locator('.pane ol li').allInnerTexts();
  if (steps.length < 3 || !steps.every((step) => step.includes('holds'))) throw new Error(steps.join(' | '));
  if ((await page.content()).includes('Light out at the harbour')) throw new Error('a title stands in the trail');
});

scenario('what an auditor looked at stands in the trail in words', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  await page.waitForSelector('.line');
  await page.locator('#trail-person').fill('weka');
  await page.getByRole('button', { name: 'released', exact: true }).press('Enter');
  await page.locator('#trail-person').press('Enter');
  await page.waitForFunction(() => !document.querySelector('.line'));
  await page.locator('#trail-person').fill('');
  await page.getByRole('button', { name: 'released', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'audited', exact: true }).press('Enter');
  await page.locator('#trail-person').press('Enter');
  await page.waitForFunction(() => {
    const acts = [...document.querySelectorAll('.line .did')];
    return acts.length > 1 && acts.every((one) => /trail/.test(one.textContent ?? ''));
  });
  const said: string[] = [];
  for (const line of (await page.locator('.line').all()).slice(0, 5)) {
    await line.press('Enter');
    said.push(...(await page.locator('.pane .long dd').allTextContents()));
  }
  if (!said.includes('Acts: released · Person: weka')) throw new Error(said.join(' | '));
});

scenario('what a map reads is one line that opens into each read, and reads can be left out', async ({ browser, page }) => {
  const reader = await (await browser.newContext()).newPage();
  await signIn(reader, 'NZL', 'kea', '#/people');
  for (const title of ['First read', 'Second read', 'Third read']) await call(reader, 'POST', '/api/products', { draft: await draft(reader, title, ['NZL']) });
  await reader.evaluate(() => (location.hash = '#/inbox?view=all'));
  await reader.waitForSelector('[role=option]:has-text("First read")');
  await reader.context().close();
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  const folded = page.locator('.line[aria-expanded=false]:has-text("kea")').first();
  await folded.waitFor();
  const count = Number(/(\d+) lines/.exec((await folded.textContent()) ?? '')?.[1]);
  await folded.press('Enter');
  await page.waitForSelector('.each .line');
  const shown = await page.locator('.each .line').count();
  if (shown !== Math.min(count, 100)) throw new Error(`${shown} of ${count} lines are listed`);
  await page.locator('.each .line').last().press('Enter');
  await page.waitForSelector('#entry-name:has-text("seen in a list")');
  const cut = await page.evaluate(() => [...document.querySelectorAll('.who')].filter((one) => one.scrollWidth > one.clientWidth + 1).length);
  if (cut) throw new Error(`${cut} names or posts are cut`);
  await page.getByRole('button', { name: 'Without reads' }).press('Enter');
  await page.waitForFunction(() => {
    const kinds = [...document.querySelectorAll('.line .did')].map((one) => one.textContent?.trim());
    return kinds.length > 0 && !kinds.some((kind) => /^\W*(seen|opened)( |$)/.test(kind ?? ''));
  });
});

scenario('what was opened is told from what was listed, and four letters find a product', async ({ browser, page }) => {
  const reader = await (await browser.newContext()).newPage();
  await signIn(reader, 'NZL', 'kea', '#/people');
  const { key } = await call<{ key: string }>(reader, 'POST', '/api/products', { draft: await draft(reader, 'Opened once', ['NZL']) });
  const { reference } = await call<{ reference: string }>(reader, 'GET', `/api/products/${key}`);
  await reader.context().close();
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  await page.waitForSelector('.line');
  await page.locator('#trail-product').fill(reference.split(' ').at(-1) ?? '');
  await page.getByRole('button', { name: 'opened', exact: true }).press('Enter');
  await page.locator('#trail-product').press('Enter');
  await page.waitForFunction((wanted) => {
    const lines = [...document.querySelectorAll('.line')].map((one) => one.textContent ?? '');
    return lines.length > 0 && lines.every((line) => line.includes('opened') && line.includes(wanted));
  }, reference);
});

scenario('a proof comes into view where it was asked for, and the focus stays on the button', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 600 });
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  await page.waitForSelector('.line');
  await page.locator('.line').last().press('Enter');
  const prove = page.getByRole('button', { name: /^Prove/ });
  await prove.press('Enter');
  await page.waitForSelector('[data-proof=holds]');
  await page.waitForFunction(() => {
    const [verdict, pane] = ['.verdict', '.pane'].map((name) => document.querySelector(name)!.getBoundingClientRect());
    return verdict!.top >= pane!.top && verdict!.bottom <= Math.min(pane!.bottom, innerHeight);
  });
  await page.waitForFunction(() => /^Prove/.test(document.activeElement?.textContent?.trim() ?? ''));
  await page.setViewportSize(PHONE);
  await page.locator('.line').nth(-2).click();
  await page.waitForFunction(() => {
    const { top } = document.getElementById('entry-name')!.getBoundingClientRect();
    return top >= 0 && top < innerHeight;
  });
});

scenario('a proof that does not hold says so', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  await page.waitForSelector('.line');
  const proof = await page.evaluate(async () => (await (await fetch('/api/trail/journal/0')).json()) as { header: string });
  await page.route('**/api/trail/*/*', (route) => route.fulfill({ json: { ...proof, header: proof.header.replace('"at":', '"at":1') } }));
  await page.locator('.line').last().press('Enter');
  await page.locator('#main').focus();
  await page.keyboard.press('v');
  await page.waitForSelector('[data-proof=broken]');
  await page.waitForSelector('text=NOT PROVED');
});

scenario('a range is verified with its progress, and exported as a file', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit/range');
  await page.locator('#range-end').fill('9');
  await page.locator('#range-end').press('Enter');
  await page.waitForSelector('[data-state=holds]:has-text("9 of 9")');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export this range' }).press('Enter')]);
  const head = JSON.parse(readFileSync(await saved.path(), 'utf-8').split('\n')[0] ?? '') as { format: string; end: number };
  if (head.format !== 'tearline-trail/1' || head.end !== 9) throw new Error(JSON.stringify(head));
  await page.locator('#range-start').fill('9');
  await page.locator('#range-start').press('Enter');
  await page.waitForSelector('[role=alert]');
});

scenario('a range longer than one file is taken in several, one after the other, and stopped and gone on with', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit/range');
  // This node's log is short: the page is told of a longer one, and the files are made here.
  // The second file of the second round comes when Stop was pressed, however long what is looked at between takes.
  let stopped: Promise<void> | undefined;
  let stop = (): void => undefined;
  const asked: string[] = [];
  const told = await call<object>(page, 'GET', '/api/anchors?limit=1');
  await page.route('**/api/anchors*', (route) => route.fulfill({ json: { ...told, journal_size: 120_000 } }));
  await page.route('**/api/trail/exports', async (route) => {
    const { log, start, end } = route.request().postDataJSON() as { log: string; start: number; end: number };
    asked.push(`${start}-${end}`);
    if (asked.length === 2) await stopped;
    const headers = { 'content-disposition': `attachment; filename="NZL-${log}-${start}-${end}.tearline-trail"`, 'x-tearline-sha256': 'ab' };
    await route.fulfill({ body: 'a file', contentType: 'application/octet-stream', headers });
  });
  const exporting = page.getByRole('button', { name: 'Export this range' });
  const names: string[] = [];
  page.on('download', (file) => names.push(file.suggestedFilename()));
  await exporting.press('Enter');
  await page.waitForSelector('.saved:has-text("NZL-journal-100000-120000.tearline-trail")');
  await page.waitForFunction(() => !document.querySelector('progress'));
  if (asked.join(' ') !== '0-50000 50000-100000 100000-120000') throw new Error(asked.join(' '));
  for (let n = 0; n < 20 && names.length < 3; n++) await page.waitForTimeout(100);
  if (names.length !== 3) throw new Error(`saved: ${names.join(' ')}`);
  stopped = new Promise((done) => (stop = done));
  asked.length = 0;
  await exporting.press('Enter');
  await page.waitForSelector('.check:has-text("1 of 3 files")');
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  await page.getByRole('button', { name: 'Stop' }).press('Enter');
  stop();
  await page.waitForFunction(() => !document.querySelector('progress'));
  const next = Number(await page.locator('#range-start').inputValue());
  if (next !== Number(asked.at(-1)?.split('-')[1])) throw new Error(`stopped after ${asked.join(' ')}, goes on from ${next}`);
});

scenario('in Korean, on a phone and in both themes the audit screens have no fault that axe finds', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.auditor', '#/audit');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await page.locator('.line').first().press('Enter');
    await page.locator('#main').focus();
    await page.keyboard.press('v');
    await page.waitForSelector('[data-proof=holds]');
    await expectClean(page, theme);
  }
  await setLanguage(page, 'ko');
  await page.waitForSelector('h1:has-text("감사")');
  for (const tab of ['anchors', 'range', 'trail']) {
    await page.evaluate((name) => (location.hash = `#/audit/${name}`), tab);
    await page.setViewportSize(PHONE);
    await page.waitForSelector(tab === 'anchors' ? '#witnesses' : tab === 'range' ? '#range-end' : '.line');
    await expectClean(page, tab);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (wide) throw new Error(`${tab} scrolls sideways`);
  }
});

scenario('who keeps the node sees anchors and verification, and no trail', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/audit');
  await page.waitForSelector('#witnesses');
  if (await page.locator('.line').count()) throw new Error('an administrator sees the trail');
  const status = await page.evaluate(async () => (await fetch('/api/trail')).status);
  if (status !== 403) throw new Error(`the trail answered ${status}`);
});
