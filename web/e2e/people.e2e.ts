// SPDX-License-Identifier: Apache-2.0
// People, sessions and what belongs to them: locked and unlocked, lowered and raised, admitted, first password, second factors.
import type { Page } from 'playwright-core';
import { call } from './acts.ts';
import { axe, axeThemes, node, scenario, setLanguage, setTheme, signIn } from './harness.ts';

const KEEPER = 'nzl.admin';

/** Admits somebody by the form, and gives back the password that is shown once. */
async function admit(page: Page, person: string): Promise<string> {
  await signIn(page, 'NZL', KEEPER, '#/people/people');
  await page.waitForSelector('main table');
  await page.keyboard.press('n');
  await page.fill('[name=id]', person);
  await page.fill('[name=name]', 'Somebody new');
  await page.getByLabel(/^Cleared up to/).check();
  await page.getByRole('button', { name: 'Add a post' }).click();
  await page.getByLabel('Post', { exact: true }).fill('NZL-WATCH');
  await page.locator('form button.main').click();
  return ((await page.locator('.password').textContent()) ?? '').trim();
}

async function enter(page: Page, person: string, password: string): Promise<void> {
  await page.context().clearCookies();
  await page.goto(`${node('NZL')}/`);
  await page.reload();
  await page.fill('[name=person]', person);
  await page.fill('[name=password]', password);
  await page.locator('form.sign-in button.main').click();
}

async function replaceFirst(page: Page, person: string, first: string, next: string): Promise<void> {
  await enter(page, person, first);
  await page.fill('[name=next]', next);
  await page.fill('[name=again]', next);
  await page.locator('form.new-password button.main').click();
  await page.waitForSelector('.frame nav');
}

scenario('somebody is admitted in three steps, replaces the first password, and works', async ({ page }) => {
  const first = await admit(page, 'nzl.fern');
  if (!/^\w{4}(-\w{4}){3}$/.test(first)) throw new Error(`no first password: ${first}`);
  await replaceFirst(page, 'nzl.fern', first, 'a long lantern sentence');
  await page.waitForSelector('nav a:has-text("Inbox")');
});

scenario('a locked session hides what is open, and goes on with the password where it was', async ({ page }) => {
  const first = await admit(page, 'nzl.locked');
  await replaceFirst(page, 'nzl.locked', first, 'a long lantern sentence');
  await page.goto(`${node('NZL')}/#/search`);
  await page.fill('main input[type=search]', 'half a thought');
  await page.keyboard.press('Alt+Shift+L');
  await page.waitForSelector('form.unlock');
  const faults = await axeThemes(page);
  if (faults.length) throw new Error(faults.join('\n'));
  if (await page.locator('main input[type=search]').isVisible()) throw new Error('what was open can still be seen');
  await page.fill('[name=unlock]', 'not this one, surely');
  await page.keyboard.press('Enter');
  await page.waitForSelector('form.unlock [role=alert]');
  await page.fill('[name=unlock]', 'a long lantern sentence');
  await page.keyboard.press('Enter');
  await page.waitForSelector('form.unlock', { state: 'detached' });
  if ((await page.inputValue('main input[type=search]')) !== 'half a thought') throw new Error('what was typed is lost');
});

scenario('a lowered session shows nothing above, and is raised by the password alone', async ({ page }) => {
  const first = await admit(page, 'nzl.brief');
  await replaceFirst(page, 'nzl.brief', first, 'a long lantern sentence');
  const { items } = await call<{ items: { key: string }[] }>(page, 'GET', '/api/search?q=crew+of+eleven');
  const place = `#/product/${encodeURIComponent(items[0]?.key ?? '')}`;
  await page.goto(`${node('NZL')}/${place}`);
  await page.waitForSelector('text=The tender has a crew of eleven.');
  await page.keyboard.press('Alt+Shift+D');
  const reloaded = page.waitForEvent('load');
  await page.locator('button.level').last().click();
  await reloaded;
  await page.waitForSelector('.lowered');
  await page.waitForSelector('.views'); // the product itself is not for this level: no screen of one's own takes its place
  if (!page.url().endsWith('#/inbox')) throw new Error(`it stands at ${page.url()}`);
  await page.waitForSelector('.views');
  await page.goto(`${node('NZL')}/${place}`);
  await page.waitForTimeout(800);
  const text = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }));
  if (text.includes('crew of eleven')) throw new Error('something above the ceiling is left');
  await page.keyboard.press('Alt+Shift+D');
  await page.fill('[name=raise]', 'a long lantern sentence');
  const again = page.waitForEvent('load');
  await page.keyboard.press('Enter');
  await again;
  await page.waitForSelector('.frame nav');
  await page.waitForSelector('.lowered', { state: 'detached' });
  await page.evaluate(() => (location.hash = '#/search?q=crew'));
  await page.waitForSelector('main input[type=search]');
  await page.keyboard.press('Alt+Shift+D');
  const below = page.waitForEvent('load');
  await page.locator('button.level').last().click();
  await below;
  await page.waitForSelector('.lowered');
  await page.waitForSelector('main input[type=search]');
  if (await page.inputValue('main input[type=search]')) throw new Error('what was typed above is shown below');
});

scenario('a screen that is for others says so, and writing is not offered to who is not cleared', async ({ page }) => {
  await signIn(page, 'NZL', KEEPER, '#/people/me');
  if (await page.locator('nav a[href="#/write"]').count()) throw new Error('writing is offered');
  for (const [place, name] of [['desk', 'Release desk'], ['write', 'Write']] as const) {
    await page.evaluate((where) => (location.hash = `#/${where}`), place);
    await page.waitForSelector(`.toast:has-text("${name} is not open to you")`);
    // They are where their work is.
    await page.waitForSelector('nav a[href="#/network"][aria-current]');
  }
});

scenario('a passkey is enrolled and signs in at the host name', async ({ page, context }) => {
  const first = await admit(page, 'nzl.key');
  await replaceFirst(page, 'nzl.key', first, 'a long lantern sentence');
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  });
  await page.goto(`${node('NZL')}/#/people/me`);
  await page.getByRole('button', { name: 'Add a second factor' }).click();
  await page.fill('[name=factor-password]', 'a long lantern sentence');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.waitForSelector('li:has-text("Passkey") button:has-text("Remove")');
  await enter(page, 'nzl.key', 'a long lantern sentence');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForSelector('.frame nav');
});

scenario('a key has one meaning: one that is taken is refused, by what it does', async ({ page }) => {
  await signIn(page, 'NZL', 'kea', '#/people/me');
  const lower = page.locator('li:has(> span:has-text("Lower this session")) > button');
  await lower.press('Enter');
  await page.keyboard.press('?');
  await page.waitForSelector('.toast.bad:has-text("? is “Keys” already")');
  if ((await lower.textContent()) !== 'Alt+Shift+D') throw new Error(`it has ${await lower.textContent()} now`);
});

scenario('people, posts and oneself: no accessibility fault in either theme, and in Korean', async ({ page }) => {
  await signIn(page, 'NZL', KEEPER, '#/people/me');
  const faults: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    for (const tab of ['me', 'people', 'posts', 'delegations', 'health']) {
      await page.goto(`${node('NZL')}/#/people/${tab}`);
      await page.waitForSelector('main h1');
      await page.waitForTimeout(400);
      for (const fault of await axe(page)) faults.push(`${theme} ${tab} ${fault}`);
    }
  }
  if (faults.length) throw new Error(faults.join('\n'));
  await setLanguage(page, 'ko');
  await page.waitForSelector('h1:has-text("인원과 정책")');
  await page.getByRole('link', { name: '직위' }).click();
  await page.getByRole('button', { name: 'NZL-WATCH 변경' }).click();
  await page.fill('form input[maxlength="120"]', '상황실');
  await page.locator('form button.main').click();
  await page.waitForSelector('li:has-text("상황실")');
});

scenario('a backup is made and listed, and one under way says how far it is and is ended', async ({ page }) => {
  await signIn(page, 'NZL', KEEPER);
  await page.waitForSelector('nav a');
  await page.keyboard.press('Control+k'); // from anywhere, by its name
  await page.keyboard.type('backup');
  await page.keyboard.press('Enter');
  const make = page.getByRole('button', { name: 'Make a backup now' });
  await make.focus();
  await page.keyboard.press('Enter');
  await page.getByText(/\.tar is on the disk and on record/).waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent?.startsWith('Make a backup'));
  await page.locator('td', { hasText: 'tearline-NZL-' }).first().waitFor();
  await page.getByRole('button', { name: /^Try tearline-NZL-/ }).first().click();
  await page.getByText(/\.tar holds: taken back aside/).waitFor({ timeout: 60_000 });
  // This node is copied in a blink: the page is shown a longer way, and its wish to end goes to the node.
  let slow = true;
  await page.route('**/api/backups', async (route) => {
    if (route.request().method() === 'DELETE') {
      slow = false;
      return route.continue();
    }
    const state = slow ? 'running' : 'ended';
    return route.fulfill({ json: { items: [], state, done: 3_145_728, total: 10_485_760, name: '', what: 'backup' } });
  });
  await make.click();
  await page.getByText('3 MiB of 10 MiB').waitFor();
  if ((await page.locator('progress').getAttribute('value')) !== '3145728') throw new Error('no progress is shown');
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  const ended = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'End it' }).click();
  if (!(await ended).ok()) throw new Error('the node did not end it');
  await page.getByText('Nothing of it was kept').waitFor();
});
