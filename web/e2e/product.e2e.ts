// SPDX-License-Identifier: Apache-2.0
// One product: why it is shown, what changed, what it cites, files with markings, questions to its originator.
import type { Page } from 'playwright-core';
import { call, draft } from './acts.ts';
import { axe, PHONE, scenario, setLanguage, setTheme, signIn } from './harness.ts';

/** Open the product with these words in its title from the list of everything. */
async function openProduct(page: Page, words: string): Promise<void> {
  await page.waitForSelector('main');
  const key = await page.evaluate(async (wanted) => {
    interface Line { key: string; title: { body: { wordings?: { text: string }[] } } | null }
    const { items } = (await (await fetch('/api/products?limit=200')).json()) as { items: Line[] };
    return items.find((line) => line.title?.body.wordings?.some((w) => w.text.includes(wanted)))?.key ?? '';
  }, words);
  if (!key) throw new Error(`no product with the title ${words}`);
  await page.evaluate((k) => (location.hash = `#/product/${encodeURIComponent(k)}`), key);
  await page.waitForSelector('.whole .portion');
}

scenario('one key says why each portion is shown, with both markings', async ({ page }) => {
  await signIn(page, 'USA', 'hawk');
  await openProduct(page, 'Light out at the harbour');
  await page.keyboard.press('y');
  await page.waitForSelector('aside.front:focus');
  await page.waitForSelector('aside li:has-text("NZL RESTRICTED"), aside li:has-text("EXERCISE NZ")');
  await page.waitForSelector('aside li:has-text("includes USA, for which you act")');
  await page.waitForSelector('.marks dd:has-text("EXERCISE USA")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('aside.front', { state: 'detached' });
  await page.waitForSelector('[data-panel=why]:focus');
  // When it was verified is by the system's clock, which isn't the exercise's, and says so; when it was filed needs no word.
  await page.waitForSelector('.said div:has(dt:text-is("verified")) dd:has-text("system"):has(time)');
  if (await page.locator('.said div:has(dt:text-is("filed")) dd:has-text("system")').count()) throw new Error('a time of the exercise is told as the system’s');
});

scenario('what a product states stands whole beside it, each entry under its own heading, on every width', async ({ page }) => {
  await signIn(page, 'USA', 'hawk');
  for (const width of [360, 1024, 1440, 3440]) {
    await page.setViewportSize({ width, height: 900 });
    await openProduct(page, 'Light out at the harbour');
    await page.waitForSelector('aside h3');
    const wrong = await page.evaluate(() => {
      const aside = document.querySelector('aside') as HTMLElement;
      const found = aside.scrollWidth > aside.clientWidth ? [`wider than its place by ${aside.scrollWidth - aside.clientWidth} px`] : [];
      for (const heading of aside.querySelectorAll('h3')) {
        const first = heading.nextElementSibling?.getBoundingClientRect();
        const gap = first ? first.top - heading.getBoundingClientRect().bottom : Infinity;
        if (gap > 24) found.push(`${heading.textContent}: its entry is ${Math.round(gap)} px below`);
      }
      return found;
    });
    if (wrong.length) throw new Error(`${width}: ${wrong.join('; ')}`);
  }
});

scenario('why is said in Korean, and without an accessibility fault in either theme', async ({ page }) => {
  await signIn(page, 'USA', 'hawk');
  await setLanguage(page, 'ko');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await openProduct(page, 'Light out at the harbour');
    await page.keyboard.press('y');
    await page.waitForSelector('aside li:has-text("대표하는")');
    const faults = await axe(page);
    if (faults.length) throw new Error(`${theme}: ${faults.join('\n')}`);
  }
});

scenario('a former text is set against the present one; what was withdrawn is in neither', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await openProduct(page, 'Light out at the harbour');
  await page.keyboard.press('h');
  await page.locator('aside ol button').last().press('Enter');
  await page.waitForSelector('.text section.remarked:has-text("unlit buoy")');
  await page.waitForSelector('.text section.remarked del:has-text("NZ-R")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.text .portion');

  await signIn(page, 'USA', 'hawk');
  await openProduct(page, 'Light out at the harbour');
  await page.keyboard.press('h');
  await page.locator('aside ol button').last().press('Enter');
  await page.waitForSelector('.text section.same');
  await page.waitForSelector('aside li:has-text("withdrawn or regraded")');
  if (((await page.locator('main').textContent()) ?? '').includes('unlit buoy')) throw new Error('what was withdrawn is shown');
});

scenario('a numbered copy is saved with its label beside it, and printed with its banner on every sheet', async ({ page }) => {
  await signIn(page, 'USA', 'hawk');
  await openProduct(page, 'Light out at the harbour');
  for (const [format, sidecar, ending, begins] of [['text', false, '.txt', 'EXERCISE'], ['html', true, '.zip', 'PK'], ['pdf', false, '.pdf', '%PDF']] as const) {
    await page.keyboard.press('s');
    await page.locator(`[role=dialog] input[value=${format}]`).check();
    if (sidecar) await page.locator('[role=dialog] input[type=checkbox]').check();
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[role=dialog] .button.main').press('Enter')]);
    if (!/^NZL-WARN-.*-copy-\d+/.test(file.suggestedFilename()) || !file.suggestedFilename().endsWith(ending)) throw new Error(`saved as ${file.suggestedFilename()}`);
    const stream = await file.createReadStream();
    const first = (await stream.take(1).toArray())[0] as Buffer;
    if (!first.toString('utf-8').startsWith(begins)) throw new Error(`${format} begins with ${first.toString('utf-8', 0, 20)}`);
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
  }
  await page.evaluate(() => { window.print = () => { document.body.dataset.sheet = document.querySelector('table.sheet tfoot')?.textContent ?? ''; }; });
  await page.keyboard.press('p');
  await page.waitForFunction(() => /Copy \d+ · USA-WATCH · NZL-WARN/.test(document.body.dataset.sheet ?? ''));
  await page.emulateMedia({ media: 'print' });
  const kept = await page.evaluate(() => ['thead', 'tfoot'].map((row) => getComputedStyle(document.querySelector(`table.sheet ${row}`) as Element).display));
  if (kept.join() !== 'table-header-group,table-footer-group') throw new Error(`the banners' places are not kept free: ${kept.join()}`);
});

scenario('a question to the originator is typed, kept when the panel closes, and filed under a marking of the node', async ({ page }) => {
  await signIn(page, 'USA', 'hawk');
  await setLanguage(page, 'ko');
  await openProduct(page, 'Light out at the harbour');
  await page.keyboard.press('q');
  await page.locator('aside textarea').fill('Which side of the channel?');
  await page.locator('aside .strip').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForSelector('aside.front', { state: 'detached' });
  await page.keyboard.press('q');
  if ((await page.locator('aside textarea').inputValue()) !== 'Which side of the channel?') throw new Error('what was typed is lost');
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    const faults = await axe(page);
    if (faults.length) throw new Error(`${theme}: ${faults.join('\n')}`);
  }
  await page.locator('aside select').nth(0).selectOption('NZL-WATCH');
  await page.locator('aside select').nth(1).selectOption('6');
  await page.locator('aside select').nth(2).selectOption({ index: 0 });
  await page.locator('aside .button.main').press('Enter');
  await page.waitForSelector('.toast:has-text("NZL")');
  await page.waitForSelector('.reference:has-text("USA-RFI")');
  await page.waitForSelector('.portion:has-text("LTIOV"):has-text("Z MAY 31")');
  await page.waitForSelector('aside a:has-text("NZL-WARN")');
  await page.locator('aside a:has-text("NZL-WARN")').press('Enter');
  await page.waitForSelector('.reference:has-text("NZL-WARN")');
  await page.waitForSelector('aside a:has-text("USA-RFI")');
});

/** File a report of one's own whose only paragraph states these fields; gives its key. */
async function fileFields(page: Page, title: string, fields: Record<string, string>[]): Promise<string> {
  return await page.evaluate(
    async ([name, stated]) => {
      const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
      const post = async (path: string, body: unknown) => (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
      const { default: choice } = await (await fetch('/api/labels/choices')).json();
      const { items } = await post('/api/labels/describe', { choices: [choice] });
      const text = (words: string) => ({ type: 'text', wordings: [{ lang: 'en', text: words, status: 'original' }] });
      const portion = (kind: string, words: string, listed: unknown) => ({ kind, variants: [{ label: items[0].label, body: text(words), fields: listed }] });
      const portions = [portion('title', name as string, []), portion('paragraph', 'As stated.', stated)];
      const draft = { kind: 'report', precedence: 'ROUTINE', policy: items[0].label.policy, portions };
      return (await post('/api/products', { draft })).key as string;
    },
    [title, fields] as const
  );
}

scenario('reports of one event are compared field by field: what agrees, what conflicts, what one alone states', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('main');
  const at = (value: string) => ({ name: 'launch_time', value, compare: 'time' });
  const number = (name: string, value: string) => ({ name, value, compare: 'number', unit: 'km' });
  const one = await fileFields(page, 'First account of the launch', [at('2031-05-04T01:00:00Z'), number('apogee', '6000'), number('range', '1000')]);
  const two = await fileFields(page, 'Second account of the launch', [at('2031-05-04T01:01:00Z'), number('apogee', '6048')]);
  await page.evaluate(([a, b]) => (location.hash = `#/compare/${a}/${b}`), [one, two] as const);
  await page.waitForSelector('tr.conflicts:has-text("launch time"):has-text("60 s")');
  await page.waitForSelector('tr.conflicts td:has-text("040101Z MAY 31 (")');
  await page.waitForSelector('tr.agrees:has-text("apogee")');
  await page.waitForSelector('tr.single:has-text("range")');
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    const faults = await axe(page);
    if (faults.length) throw new Error(`${theme}: ${faults.join('\n')}`);
  }
  await page.keyboard.press('d');
  await page.waitForSelector('tr.agrees', { state: 'detached' });
  await setLanguage(page, 'ko');
  await page.waitForSelector('tr.conflicts:has-text("다름")');
});

scenario('two lines chosen in the inbox are compared by one key', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await fileFields(page, 'Third account', [{ name: 'range', value: '1', compare: 'number', unit: 'km' }]);
  await fileFields(page, 'Fourth account', [{ name: 'range', value: '2', compare: 'number', unit: 'km' }]);
  await page.reload();
  await page.waitForSelector('.views');
  await page.getByRole('button', { name: 'Everything' }).click();
  for (const title of ['Third account', 'Fourth account']) {
    await page.locator(`[role=option]:has-text("${title}")`).first().click();
    await page.keyboard.press('x');
  }
  await page.keyboard.press('=');
  await page.waitForSelector('tr.conflicts:has-text("range")');
});

scenario('on a phone lines are chosen by touch and compared by a button, without a key', async ({ browser, page }) => {
  await signIn(page, 'NZL', 'kea');
  await fileFields(page, 'Fifth account', [{ name: 'range', value: '1', compare: 'number', unit: 'km' }]);
  await fileFields(page, 'Sixth account', [{ name: 'range', value: '2', compare: 'number', unit: 'km' }]);
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
  const phone = await context.newPage();
  await signIn(phone, 'NZL', 'kea', '#/inbox?view=all');
  await phone.locator('[role=option]:has-text("Fifth account")').first().waitFor();
  await phone.locator('.bulk .choosing').tap();
  for (const title of ['Fifth account', 'Sixth account']) await phone.locator(`[role=option]:has-text("${title}")`).first().tap();
  await phone.waitForSelector('.bulk .count:has-text("2")');
  await phone.locator('.bulk .compare').tap();
  await phone.waitForSelector('tr.conflicts:has-text("range")');
  await context.close();
});

scenario('who may amend, recall or decide is led there from the product, and nobody else', async ({ page }) => {
  await signIn(page, 'USA', 'hawk');
  await openProduct(page, 'Light out at the harbour');
  await page.waitForSelector('.tools .button');
  if (await page.locator('.tools .button:has-text("Recall")').count()) throw new Error('a reader is offered a recall');
  await signIn(page, 'NZL', 'kea');
  await openProduct(page, 'Light out at the harbour');
  await page.locator('.tools .button:has-text("Recall")').press('Enter');
  await page.waitForSelector('.recall .pane :text("NZL-WARN")');
  await page.goBack();
  await page.locator('.tools .button:has-text("Amend")').press('Enter');
  await page.waitForSelector('.document .wording:has-text("Light out at the harbour")');
});

scenario('on a phone the product, its panels and the comparison fit, in Korean and both themes', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, 'USA', 'hawk');
  await setLanguage(page, 'ko');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await openProduct(page, 'Light out at the harbour');
    for (const keys of ['', 'y', 'h', 'q', 'm', 's']) {
      if (keys) await page.keyboard.press(keys);
      await page.waitForTimeout(400);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) throw new Error(`wider than the screen by ${wide} px after ${keys}`);
      const faults = await axe(page);
      if (faults.length) throw new Error(`${theme} ${keys}: ${faults.join('\n')}`);
      if (process.env.TEARLINE_SHOTS) await page.screenshot({ path: `${process.env.TEARLINE_SHOTS}/phone-${theme}-${keys || 'o'}.png` });
      if (keys) await page.keyboard.press('Escape');
      if (keys === 's') await page.waitForSelector('[role=dialog]', { state: 'detached' });
    }
    const keys = await page.evaluate(async () => ((await (await fetch('/api/products?limit=2')).json()) as { items: { key: string }[] }).items.map((p) => p.key));
    await page.evaluate((hash) => (location.hash = hash), `#/compare/${keys.join('/')}`);
    await page.waitForSelector('.compare table');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) throw new Error(`the comparison is wider than the screen by ${wide} px`);
    const faults = await axe(page);
    if (faults.length) throw new Error(`${theme} compare: ${faults.join('\n')}`);
    if (process.env.TEARLINE_SHOTS) await page.screenshot({ path: `${process.env.TEARLINE_SHOTS}/phone-${theme}-compare.png` });
  }
});

scenario('whoever wrote a product recalls it, without any of the duties to whom all recalls are listed', async ({ browser, page }) => {
  await signIn(page, 'NZL', 'nzl.second');
  const { key } = await call<{ key: string }>(page, 'POST', '/api/products', { draft: await draft(page, 'Written by the second', ['NZL', 'USA']) });
  const context = await browser.newContext();
  const officer = await context.newPage();
  await signIn(officer, 'NZL', 'kea');
  await call(officer, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const item = await call<{ groups: { text: string }[] }>(officer, 'GET', `/api/desk/${key}`);
  await call(officer, 'POST', `/api/desk/${key}/open`, { text: item.groups[0]?.text });
  await call(officer, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });
  await context.close();
  await openProduct(page, 'Written by the second');
  await page.locator('.tools .button:has-text("Recall")').press('Enter');
  await page.waitForSelector('.recall .pane :text("USA")');
  if (await page.locator('.recall [role=alert]').count()) throw new Error('a list that is not theirs was asked for');
});

scenario('member by member it says who waits on whom, who was sent what, and who holds nothing of it any more, as it happens', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const { key, reference } = await call<{ key: string; reference: string }>(page, 'POST', '/api/products', { draft: await draft(page, 'By member, step by step', ['NZL', 'USA']) });
  await page.reload();
  await page.waitForSelector('.views');
  await page.keyboard.press('g');
  await page.keyboard.press('v'); // the newest
  await page.waitForSelector(`h1:has-text("${reference}")`);
  await page.waitForSelector('section.card.unsent:has(h2:has-text("USA")) li.waits:has-text("NZL-RELEASE")');
  await page.waitForSelector('section.unsent :text("Not sent yet")');

  const { groups } = await call<{ groups: { text: string }[] }>(page, 'GET', `/api/desk/${key}`);
  await call(page, 'POST', `/api/desk/${key}/open`, { text: groups[0]?.text });
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });
  await page.waitForSelector('section.card:not(.unsent):has(h2:has-text("USA")) li.held:has-text("sent ")');
  const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((one) => one.id));
  if (new Set(ids).size !== ids.length) throw new Error(`an id stands twice: ${ids.join(' ')}`);

  await call(page, 'POST', `/api/products/${key}/recall`, { members: ['USA'], purpose: 'error' });
  await page.waitForSelector('section[aria-label="Nothing of it"] :is(li.recalled, li.destroyed):has-text("USA")');
  // What stays is how it was written, for who wrote it.
  const left = await page.locator('section.card:has(.portion)').count();
  const own = await page.locator('section[aria-label*="as written"] .portion').count();
  if (left !== 1 || !own) throw new Error(`${left} texts are shown, and nobody holds one`);
  await setLanguage(page, 'ko');
  await page.waitForSelector('html[lang=ko] section[aria-label="받은 것 없음"]');
  await setLanguage(page, 'en');
  // Other words wait for who had the older recalled: both are said.
  await call(page, 'POST', `/api/products/${key}/amendments`, { draft: await draft(page, 'By member, in other words', ['NZL', 'USA']) });
  await page.waitForSelector('section.card.unsent:has(h2:has-text("USA")):has(li.waits):has(li.recalled, li.destroyed)');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    const faults = await axe(page);
    if (faults.length) throw new Error(`${theme}: ${faults.join('\n')}`);
  }
});
