// SPDX-License-Identifier: Apache-2.0
// Those who keep links pause and resume them, and carry a stream in a file; nothing of what is carried stands on their screen.
import type { Page } from 'playwright-core';
import { axe, directory, node, PHONE, scenario, setLanguage, setTheme, signIn } from './harness.ts';

const TITLE = 'Light out at the harbour';

async function pickUsa(page: Page): Promise<void> {
  await page.waitForSelector('[data-member=USA]');
  await page.keyboard.press('j');
  await page.waitForSelector('#partner-name:has-text("USA")');
}

async function expectClean(page: Page, where: string): Promise<void> {
  const found = await axe(page);
  if (found.length) throw new Error(`${where}: ${found.join('\n')}`);
}

scenario('an administrator pauses a link with a reason and resumes it, by keyboard; both sides say whose pause it is', async ({ context, page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network');
  await pickUsa(page);
  await page.keyboard.press('Shift+P');
  if (await page.locator('[role=dialog] .button.danger').isEnabled()) throw new Error('a pause needs no reason');
  await page.locator('#pause-reason').fill('the line is being moved');
  await page.locator('#pause-reason').press('Enter');
  await page.waitForSelector('.pause:has-text("the line is being moved")');
  await page.waitForSelector('tr:has([data-member=USA]) .state:has-text("paused here")');
  // What the link says of it a moment later is the same, and no error.
  await page.waitForResponse((response) => new URL(response.url()).pathname === '/api/network');
  await page.waitForResponse((response) => new URL(response.url()).pathname === '/api/network');
  if ((await page.locator('article dt').allTextContents()).includes('Last error')) throw new Error('a pause is told as an error');
  const there = await context.newPage();
  await signIn(there, 'USA', 'usa.admin', '#/network/NZL');
  await there.waitForSelector('.notice:has-text("NZL has paused this link")');
  await there.close();
  await page.reload();
  await page.waitForSelector('.pause:has-text("nzl.admin")');
  await page.locator('#main').focus();
  await page.keyboard.press('Shift+P');
  await page.waitForSelector('.pause', { state: 'detached' });
  const text = (await page.locator('main').innerText()) + (await page.content());
  if (text.includes(TITLE)) throw new Error('a title stands on a screen of links');
});

scenario('a stream goes into a file at one node and comes out of it at the other', async ({ page, context }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network/USA');
  await page.waitForSelector('#export');
  await page.locator('#main').focus();
  await page.keyboard.press('Shift+E');
  await page.locator('[role=dialog] input[value=start]').check();
  const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('[role=dialog] .button.main').press('Enter')]);
  const path = await saved.path();
  if (!saved.suggestedFilename().startsWith('NZL-USA-')) throw new Error(`saved as ${saved.suggestedFilename()}`);
  await page.waitForSelector('[role=dialog] .good:has-text("for USA")');
  const there = await context.newPage();
  await signIn(there, 'USA', 'usa.admin', '#/network/NZL');
  await there.waitForSelector('#bundle-file', { state: 'attached' });
  await there.setInputFiles('#bundle-file', path);
  await there.waitForSelector('.said:has-text("NZL")');
  await there.waitForSelector('td:has-text("imported")');
  // The same file at the node that made it is nobody's.
  await page.keyboard.press('Escape');
  await page.setInputFiles('#bundle-file', path);
  await page.waitForSelector('section [role=alert]');
});

const pickDirectory = (page: Page, name: Parameters<typeof directory>[0]) => page.setInputFiles('#next-directory', directory(name));

scenario('who would lose what is seen before a directory is taken over, and nothing changes by looking', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network');
  await page.waitForSelector('#next-directory', { state: 'attached' });
  const before = await page.locator('section:has(#directory) p').first().textContent();
  await pickDirectory(page, 'lowered');
  await page.waitForSelector('[role=dialog] li:has-text("USA"):has-text("changes")');
  await page.waitForSelector('[role=dialog] dd:has-text("UNCLASSIFIED")');
  await page.waitForSelector('[role=dialog] tr:has(th:has-text("USA")) .count:has-text("−")');
  await expectClean(page, 'a directory');
  if (await page.locator('[role=dialog] button.danger').isEnabled()) throw new Error('taken over without its letters');
  await page.locator('[role=dialog] input').fill('ZZZZ');
  if (await page.locator('[role=dialog] button.danger').isEnabled()) throw new Error('taken over with other letters');
  await page.keyboard.press('Escape');
  await page.reload();
  await page.waitForSelector('#directory');
  if ((await page.locator('section:has(#directory) p').first().textContent()) !== before) throw new Error('looking changed something');
});

scenario('what a running node cannot follow, and what is no directory, is refused with what to do', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network');
  await page.waitForSelector('#next-directory', { state: 'attached' });
  await pickDirectory(page, 'moved');
  await page.waitForSelector('[role=dialog] [role=alert]:has-text("stop the node"):has-text("Address")');
  if (await page.locator('[role=dialog] button.danger').count()) throw new Error('a running node could be moved');
  await page.keyboard.press('Escape');
  await page.setInputFiles('#next-directory', { name: 'note.json', mimeType: 'application/json', buffer: Buffer.from('just a note') });
  await page.waitForSelector('section [role=alert]:has-text("Is this the file that the authority made?")');
});

scenario('a directory is taken over by keyboard, by its letters, and is in force without a restart', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network/USA');
  await page.waitForSelector('#next-directory', { state: 'attached' });
  await page.waitForSelector('#partner-name');
  const version = Number(/Version (\d+)/.exec((await page.locator('section:has(#directory) p').first().textContent()) ?? '')?.[1]);
  await page.locator('#main').focus();
  const choosing = page.waitForEvent('filechooser');
  await page.evaluate(() => 0); // from here on the page's choosers are the test's
  await page.keyboard.press('Shift+D');
  const chooser = await choosing;
  await chooser.setFiles(directory('renamed'));
  const reference = (await page.locator('[role=dialog] form p.mono').textContent()) ?? '';
  await page.locator('[role=dialog] input').fill(reference.split(' ').at(-1)?.toLowerCase() ?? '');
  await page.keyboard.press('Enter');
  await page.waitForSelector('p.good:has-text("is in force")');
  // Members are named as the policies do: what shows that it is another is its version.
  await page.waitForSelector(`section:has(#directory) p:has-text("Version ${version + 1},")`);
  await page.waitForSelector('tr:has([data-member=USA]) .state:has-text("up")');
  await pickDirectory(page, 'renamed');
  await page.waitForSelector('section [role=alert]:has-text("This directory is in force already")');
});

scenario('on a phone the member that is chosen comes into view, and has the focus', async ({ page }) => {
  const height = 420; // this network has one member more: its card alone fills a low screen
  await page.setViewportSize({ width: 360, height });
  await signIn(page, 'NZL', 'nzl.admin', '#/network');
  await page.locator('[data-member]').first().click();
  await page.waitForSelector('#partner-name:focus');
  const top = await page.locator('#partner-name').evaluate((name) => name.getBoundingClientRect().top);
  if (top < 0 || top > height - 100) throw new Error(`it stands at ${top}`);
});

scenario('in Korean, on a phone and in both themes the network screen has no fault that axe finds', async ({ page }) => {
  await signIn(page, 'NZL', 'nzl.admin', '#/network/USA');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await page.waitForSelector('#partner-name');
    await expectClean(page, theme);
  }
  await setLanguage(page, 'ko');
  await page.waitForSelector('h1:has-text("네트워크")');
  await page.setViewportSize(PHONE);
  await pickDirectory(page, 'moved');
  await page.waitForSelector('[role=dialog] h2:has-text("명부")');
  await expectClean(page, 'directory on a phone');
  await page.keyboard.press('Escape');
  await page.waitForSelector('td[data-name="연결"]');
  await expectClean(page, 'phone');
  await page.keyboard.press('Shift+P');
  await page.waitForSelector('[role=dialog]:has-text("FLASH")');
  await expectClean(page, 'pause');
  await page.keyboard.press('Escape');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) throw new Error('the phone scrolls sideways');
});

scenario('whoever keeps no links is offered no screen of them', async ({ page }) => {
  await signIn(page, 'USA', 'usa.auditor', '#/network/NZL');
  await page.waitForSelector('#partner-name');
  if (await page.locator('#switch').count()) throw new Error('an auditor could pause a link');
  if (await page.locator('#next-directory').count()) throw new Error('an auditor could take a directory over');
  const answer = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    return (await fetch('/api/network/NZL/pause', { method: 'POST', headers, body: '{"reason":"x"}' })).status;
  });
  if (answer !== 403) throw new Error(`${node('USA')} answered ${answer}`);
});

scenario('who is cleared for nothing begins where their work is, and the inbox is one key away; who reads begins at the inbox', async ({ page }) => {
  for (const [person, place] of [['nzl.admin', 'network'], ['nzl.auditor', 'audit'], ['kea', 'inbox']] as const) {
    await signIn(page, 'NZL', person, '');
    await page.waitForSelector(`nav a[aria-current=page][href="#/${place}"]`);
    if (!page.url().endsWith(`#/${place}`)) throw new Error(`${person} begins at ${page.url()}`);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.waitForSelector('nav a[aria-current=page][href="#/inbox"]');
  }
});
