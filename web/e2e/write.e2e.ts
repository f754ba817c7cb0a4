// SPDX-License-Identifier: Apache-2.0
// A writer labels by keyboard, sees who gets what, files, and releases; what has no label can't be filed; nothing typed is lost.
import { crc32 } from 'node:zlib';
import { call } from './acts.ts';
import { axe, PHONE, scenario, setLanguage, setTheme, signIn, unfound } from './harness.ts';
import { fileIt, labelled, SAID, settled, texts, write } from './writes.ts';

scenario('a report of two portions is written, labelled and filed without a mouse', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  await page.keyboard.type('Unlabelled so far');
  await page.waitForSelector('.chip:has-text("NOT LABELLED")');
  await page.keyboard.press('Control+Enter');
  if (await page.locator('[role=dialog]').count()) throw new Error('a text without a label could be filed');
  await page.evaluate(() => (location.hash = '#/inbox'));
  await write(page, 'Patrol of the day', 'Nothing was seen north of the strait.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  if (!(await fileIt(page)).includes('NZL-REP')) throw new Error('no reference');
});

scenario('what was filed for a partner waits on the desk, is opened, and released by its four letters', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'For one partner', 'A ship without lights crossed the strait.');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Alt+l');
  await page.waitForSelector('[role=dialog] input[type=radio]');
  await page.getByPlaceholder('Type a nation').fill('usa');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] .chip:has-text("USA")');
  await page.keyboard.press('Escape');
  for (const n of [0, 1]) await labelled(page, n, 'USA');
  await page.waitForSelector('.group:has-text("USA")');
  const reference = await fileIt(page);
  await page.waitForSelector('.done:has-text("Waits for release to USA. Decided by NZL-RELEASE")');
  await page.waitForSelector('.done:has-text("in your inbox under “Filed here”")');
  await page.evaluate(() => (location.hash = '#/inbox?view=sent'));
  await page.locator(`[role=option]:has-text("${reference}")`).click();
  await page.waitForSelector('.pane .awaited:has-text("USA. Decided by NZL-RELEASE")');
  // Under its own delegation, and not as the watch.
  await Promise.all([page.waitForResponse('**/api/session/post'), page.getByLabel('Acting for').selectOption('NZL-RELEASE')]);
  await page.locator('#main').focus();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.locator(`.desk .line:has-text("${reference}")`).press('Enter');
  await page.waitForSelector('article:has-text("USA")');
  if (await page.locator('article .approve').count()) throw new Error('a text could be approved before it was opened');
  await page.keyboard.press('o');
  await page.waitForSelector('article .portion');
  await page.keyboard.press('Shift+A');
  await page.locator('[role=dialog] input').fill('xxxx');
  if (await page.locator('[role=dialog] .button.main').isEnabled()) throw new Error('wrong letters were taken');
  await page.locator('[role=dialog] input').fill(reference.split(' ').at(-1) ?? '');
  await page.locator('[role=dialog] input').press('Enter');
  await page.waitForSelector('.result:has-text("USA"), .toast.bad');
  const refused = await page.locator('.toast.bad').allTextContents();
  if (refused.length) throw new Error(`refused: ${refused.join('; ')}`);
  await page.waitForSelector(`.desk .line:has-text("${reference}")`, { state: 'detached' });
});

scenario('a draft that could not be saved is saved later, and is there when it is opened again', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  let refused = 0;
  await page.route('**/api/drafts/*', async (route) => {
    if (route.request().method() !== 'PUT' || refused >= 2) return route.continue();
    refused += 1;
    return route.fulfill({ status: 200, contentType: 'text/plain', body: 'x' });
  });
  await write(page, 'Kept through a bad link', 'The link drops while this is typed.');
  await page.waitForSelector('text=Not saved yet');
  await page.waitForSelector('text=/Saved [0-9:]+Z/', { timeout: 15_000 });
  await page.keyboard.press('Escape');
  await page.locator('body').click();
  await page.evaluate(() => (location.hash = '#/inbox'));
  await page.waitForSelector('.views');
  await page.evaluate(() => (location.hash = '#/write'));
  await page.locator('summary:has-text("Your drafts")').press('Enter');
  await page.locator('a:has-text("Kept through a bad link")').press('Enter');
  await page.waitForSelector('.document .wording:has-text("Kept through a bad link")');
  await labelled(page, 1);
});

scenario('what is typed last is saved when the screen is left at once', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Left at once', 'Typed and left.');
  await page.keyboard.type(' Before any pause.');
  await page.evaluate(() => (location.hash = '#/inbox'));
  await page.waitForSelector('.views');
  await page.waitForTimeout(500);
  const texts = await page.evaluate(async () => {
    const { items } = (await (await fetch('/api/drafts')).json()) as { items: { id: string }[] };
    return Promise.all(items.map(async (d) => (await fetch(`/api/drafts/${d.id}`)).text()));
  });
  if (!texts.some((t) => t.includes('Typed and left. Before any pause.'))) throw new Error('the last words are lost');
});

scenario('split keeps the label, a join is labelled by the node and never lower, undo takes it back', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Joined and split', 'First half.', 'Alt+2');
  await page.keyboard.press('Alt+Enter');
  await page.keyboard.type('Second half.');
  await settled(page);
  await page.keyboard.press('Alt+4');
  await labelled(page, 2, 'NZ-C');
  await page.keyboard.press('Home');
  await page.keyboard.press('Backspace');
  await page.waitForFunction(() => document.querySelectorAll('.document .portion').length === 2);
  await labelled(page, 1, 'NZ-C');
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelectorAll('.document .portion').length === 3);
  await labelled(page, 1, 'NZ-U');
  await labelled(page, 2, 'NZ-C');
  await page.keyboard.press('Control+y');
  await labelled(page, 1, 'NZ-C');
  for (let n = 0; n < 'Second'.length; n++) await page.keyboard.press('ArrowRight');
  await settled(page);
  await page.keyboard.press('Alt+Shift+Enter');
  await page.waitForFunction(() => document.querySelectorAll('.document .portion').length === 3);
  for (const n of [1, 2]) await labelled(page, n, 'NZ-C');
  await settled(page);
  await page.keyboard.press('Alt+ArrowUp');
  await page.waitForFunction(() => document.querySelectorAll('.document .portion')[1]?.textContent?.endsWith(' half.'));
});

scenario('what is pasted is plain text without a label, and can’t be filed', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'With a paste', 'Own words.');
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'From \u202eelsewhere\u200b\n\nand more');
    data.setData('text/html', '<p style="color:red"><b>From elsewhere</b><img src="https://elsewhere.example/x.png"></p>');
    document.querySelector('.document')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => document.querySelectorAll('.document .portion').length === 4);
  const found = await texts(page);
  if (!found[2]?.includes('elsewhere') || found[3] !== 'and more') throw new Error(found.join(' | '));
  if ((await page.locator('.document b, .document img').count()) > 0) throw new Error('the form of what was pasted came along');
  for (const name of ['U+202E', 'U+200B']) await page.waitForSelector(`.document .hidden-char[data-name="${name}"]`);
  await page.keyboard.press('Control+Enter');
  if (await page.locator('[role=dialog]').count()) throw new Error('pasted text could be filed without a label');
  await page.waitForSelector('.findings .block');
});

scenario('two windows over one draft: both texts are kept, and the writer chooses', async ({ context, page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Begun in one window', 'As both know it.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  const id = await page.evaluate(async () => ((await (await fetch('/api/drafts')).json()) as { items: { id: string }[] }).items[0]?.id);
  // What the other window saves doesn't come here before this one is typed in: else it would grow with it.
  const asked = `**/api/drafts/${id}`;
  await page.route(asked, (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  const other = await context.newPage();
  await other.goto(`${page.url().split('#')[0]}#/write/${id}`);
  await other.locator('.document .wording').nth(1).click();
  await other.keyboard.press('End');
  await other.keyboard.type(' From the other window.');
  await other.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.keyboard.type(' From this window.');
  await page.unroute(asked);
  await page.waitForSelector('[role=dialog]:has-text("changed in another window")');
  await page.locator('[role=dialog] .button.main').press('Enter');
  const kept = await page.evaluate(async () => {
    const { items } = (await (await fetch('/api/drafts')).json()) as { items: { id: string }[] };
    return (await Promise.all(items.map(async (d) => (await fetch(`/api/drafts/${d.id}`)).text()))).join('\n');
  });
  for (const words of ['From the other window.', 'From this window.']) if (!kept.includes(words)) throw new Error(`lost: ${words}`);
});

scenario('a position is typed, a picture loses its metadata and says so, both are filed with the report', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'With other pieces', 'See below.');
  await page.getByLabel('+ other than text').selectOption('position');
  await page.locator('[role=dialog] input').first().fill('up north');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] [role=alert]:has-text("37.56N 126.99E")');
  await page.locator('[role=dialog] input').first().fill('60G UV 14 26');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] [role=status]:has-text("an area")');
  await page.locator('[role=dialog] input').first().fill('41.29S 174.78E');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] [role=status]:has-text("a point")');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.document .other:has-text("41.29S 174.78E")');
  await page.keyboard.press('Alt+2');
  await labelled(page, 2);
  await page.getByLabel('+ other than text').selectOption('media');
  await page.locator('[role=dialog] input[type=file]').setInputFiles({ name: 'office.pdf', mimeType: 'image/png', buffer: Buffer.from('%PDF-1.7') });
  await page.waitForSelector('[role=dialog] [role=alert]:has-text("a PDF")');
  await page.locator('[role=dialog] input[type=file]').setInputFiles({ name: 'buoy.png', mimeType: 'image/png', buffer: dirtyPng() });
  await page.waitForSelector('[role=dialog] [role=status]:has-text("comments")');
  await page.waitForSelector('[role=dialog] img[src^="data:image/png"]');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.document .other img');
  await settled(page);
  // What the browser does by itself now and then: its cursor falls back to the beginning. The label is the picture's all the same.
  await page.evaluate(() => getSelection()?.collapse(document.querySelector('.document .wording')?.firstChild ?? null, 0));
  await settled(page);
  await page.keyboard.press('Alt+2');
  await labelled(page, 3);
  await page.waitForFunction(() => !document.querySelector('.findings .block'));
  if (!(await fileIt(page)).includes('NZL-REP')) throw new Error('no reference');
  await page.locator('.done .button', { hasText: 'Amend' }).press('Enter');
  await page.waitForSelector('.origin:has-text("amend")');
  await page.waitForSelector('.document .other img');
});

scenario('release advice asks for other words, which are written under the label the node names', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'For ourselves', 'Sensor KIWI saw a ship.', 'Alt+3');
  await page.locator('.advice .button', { hasText: 'Write the other words' }).first().press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.document .variant').length >= 3);
  await page.keyboard.type('A ship was seen.');
  const open = page.locator('.document .variant .wording').filter({ hasText: /^$/ });
  while (await open.count()) {
    await open.first().click();
    await page.keyboard.type('Words for others.');
  }
  await page.waitForSelector('.group h3:has-text("USA")');
  await page.waitForFunction(() => !document.querySelector('.findings .block'));
});

scenario('the label dialog stands on the level in force, also where it opens before the node has said which', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  await page.keyboard.type('Labelled in one go');
  await page.route('**/api/labels/describe*', async (route) => {
    await new Promise((done) => setTimeout(done, 400));
    await route.continue();
  });
  await page.keyboard.press('Alt+2');
  await page.keyboard.press('Alt+l');
  await page.waitForSelector('[role=dialog] input[name=level]:checked');
  await page.waitForFunction(() => document.activeElement === document.querySelector('[role=dialog] input[name=level]:checked'));
});

scenario('쓰기: 자판만으로 쓰고 등급을 정해 제출한다', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await setLanguage(page, 'ko');
  await write(page, '오늘의 순찰', '해협 북쪽에서 아무것도 보이지 않음.');
  await page.waitForSelector('text=누가 무엇을 받는가');
  await fileIt(page);
  await page.waitForSelector('.done:has-text("제출됨") .mono:has-text("NZL-REP")');
});

scenario('write has no fault of WCAG 2.2 AA in either theme, document, label and other pieces open', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await write(page, `In ${theme}`, 'Own words.');
    await page.keyboard.press('Alt+Enter');
    await page.keyboard.type('Not labelled.');
    await page.waitForSelector('.findings .block');
    const found = await axe(page);
    for (const keys of ['Alt+l', 'Alt+c']) {
      await page.keyboard.press(keys);
      await page.waitForSelector('[role=dialog]');
      found.push(...(await axe(page)));
      await page.keyboard.press('Escape');
      await page.waitForSelector('[role=dialog]', { state: 'detached' });
      await page.locator('.document .wording').nth(1).click();
    }
    if (found.length) throw new Error(`${theme}: ${[...new Set(found)].join('\n')}`);
    await page.evaluate(() => (location.hash = '#/inbox'));
  }
});

/** A picture of one point with a comment in it. */
function dirtyPng(): Buffer {
  const plain = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
  const bytes = Buffer.from(plain, 'base64');
  const body = Buffer.from('tEXtComment\0by a machine');
  const chunk = Buffer.alloc(8 + body.length);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]);
}

scenario('what the desk sends back opens with its words at their portions, and is filed again', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'To be reworded', 'Seen by sensor KIWI.');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Alt+l');
  await page.getByPlaceholder('Type a nation').fill('usa');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] .chip:has-text("USA")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.group:has-text("USA")');
  await fileIt(page);
  await page.waitForSelector('.done:has-text("Waits for release to USA. Decided by NZL-RELEASE")');
  const status = await page.evaluate(async () => {
    const send = (url: string, body: unknown) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'X-Tearline': '1' }, body: JSON.stringify(body) });
    await send('/api/session/post', { post: 'NZL-RELEASE' });
    const { items } = (await (await fetch('/api/desk')).json()) as { items: { key: string; filed: string }[] };
    const key = items.at(-1)?.key ?? '';
    const { groups } = (await (await fetch(`/api/desk/${key}`)).json()) as { groups: { portions: { tag: string }[] }[] };
    const tag = groups[0]?.portions.at(-1)?.tag ?? '';
    const back = { refused: [], comment: 'Not by name.', comments: [{ tag, words: 'Leave the sensor out.' }] };
    const made = await send(`/api/desk/${key}/return`, back);
    await send('/api/session/post', { post: 'NZL-WATCH' });
    return made.status;
  });
  if (status !== 200) throw new Error(`could not be sent back: ${status}`);
  const asked = unfound(page);
  await page.reload();
  await page.evaluate(() => (location.hash = '#/write'));
  await page.locator('.back:has-text("Not by name.") .button').press('Enter');
  await page.waitForSelector('.origin:has-text("Not by name.")');
  await page.waitForSelector('.document .note:has-text("Leave the sensor out.")');
  await page.locator('.document .wording').nth(1).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' A ship.');
  await page.waitForSelector('.group:has-text("USA")');
  if (!(await fileIt(page)).includes('NZL-REP')) throw new Error('no reference');
  if (asked.length) throw new Error(`asked for what is not there: ${asked.join(', ')}`);
});

scenario('what was filed is looked at by member, and its product left for the desk, and nothing is asked that is not there', async ({ page }) => {
  await page.setViewportSize(PHONE);
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Filed and looked at', 'Words for one nation.');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Alt+l');
  await page.getByPlaceholder('Type a nation').fill('usa');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] .chip:has-text("USA")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.group:has-text("USA")');
  await fileIt(page);
  const asked = unfound(page);
  await page.locator('.done .button.main').press('Enter');
  await page.waitForSelector('.sides .portion');
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  await page.locator('.sides .next .button').first().press('Enter');
  await page.locator('.whole .tools .button:has-text("desk")').press('Enter');
  await page.waitForSelector('.review');
  await page.waitForTimeout(300);
  if (asked.length) throw new Error(`asked for what is not there: ${asked.join(', ')}`);
});

scenario('in the dialog of a label, Alt and a number choose how high, and the levels are one stop on the way to the nations', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'How high by key', 'Words of two levels.');
  await page.keyboard.press('Alt+l');
  const level = (n: number) => page.locator('[role=dialog] input[type=radio]').nth(n);
  await level(1).and(page.locator(':checked')).waitFor();
  await page.keyboard.press('Alt+3');
  await level(2).and(page.locator(':checked')).waitFor();
  await page.getByPlaceholder('Type a nation').focus();
  await page.keyboard.press('Shift+Tab');
  await level(2).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Tab');
  await page.getByPlaceholder('Type a nation').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.document:focus').waitFor();
});

scenario('before filing it is said to whom it goes at once and who decides, for the post acted for now, and after it the same', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Who decides this', 'A ship without lights crossed the strait.');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Alt+l');
  await page.getByPlaceholder('Type a nation').fill('usa');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] .chip:has-text("USA")');
  await page.keyboard.press('Escape');
  for (const n of [0, 1]) await labelled(page, n, 'USA');
  await page.waitForSelector('.group:has-text("USA")');
  const says = async (words: string): Promise<void> => {
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector(`[role=dialog] .outcome:has-text("${words}")`);
  };
  const waits = 'Waits for release to USA. Decided by NZL-RELEASE';
  await says(waits);
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  await page.keyboard.press('Escape');
  await page.locator('label:has-text("Kind") select').first().selectOption('tearline');
  const goes = 'Goes out at once to USA under your post\'s delegation T2.';
  await says(goes);
  await page.keyboard.press('Escape');
  // As an officer one decides on the desk, having read it: not by filing.
  const actFor = (post: string) => Promise.all([page.waitForResponse('**/api/session/post'), page.getByLabel('Acting for').selectOption(post)]);
  await actFor('NZL-RELEASE');
  await says(waits);
  await page.keyboard.press('Escape');
  await actFor('NZL-WATCH');
  await says(goes);
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.done .outcome:has-text("Went out to USA under your post\'s delegation T2.")');
  await page.locator('.done .button', { hasText: 'Amend' }).press('Enter');
  await page.waitForSelector('.origin:has-text("amend")');
  await page.locator('.document .wording').nth(1).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' It turned north.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await says(goes);
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.done .outcome:has-text("Went out to USA under your post\'s delegation T2.")');
});

scenario('after filing, the focus stands on what became of it', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Where one stands', 'Filed by key.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('[role=dialog]:has-text("addressed to no post")');
  await page.locator(SAID).press('Enter');
  await page.waitForSelector('.done:focus');
  await page.keyboard.press('Tab');
  await page.waitForSelector('.done .button.main:focus');
});

scenario('nations that are typed faster than the node answers are all in the label', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Typed in one go', 'Nobody waits between two nations.');
  await page.route('**/api/labels/describe', async (route) => {
    await new Promise((done) => setTimeout(done, 150));
    await route.continue();
  });
  await page.keyboard.press('Alt+3');
  await page.keyboard.press('Alt+l');
  await page.getByPlaceholder('Type a nation').focus();
  for (const nation of ['USA', 'AUS']) {
    await page.keyboard.type(nation, { delay: 0 });
    await page.keyboard.press('Enter');
  }
  for (const nation of ['USA', 'AUS']) await page.waitForSelector(`[role=dialog] .chip:has-text("${nation}")`);
  const checked = page.locator('[role=dialog] [role=group] label:has(input:checked) .mono');
  const names = (await checked.allTextContents()).join(' ');
  for (const nation of ['USA', 'AUS', 'NZL']) if (!names.includes(nation)) throw new Error(`${nation} is lost: ${names}`);
  await page.keyboard.press('Escape');
});

scenario('filing waits for the sentence that says what it does: no press files sooner, and a lost link is told', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Read before it is filed', 'Nobody files what they have not read.');
  await page.waitForSelector('text=/Saved [0-9:]+Z/');
  await page.waitForSelector('.end .button.main:enabled');
  let filings = 0;
  page.on('request', (request) => void (filings += Number(request.method() === 'POST' && request.url().endsWith('/api/products'))));
  let answer = (): void => undefined;
  const held = new Promise<void>((free) => (answer = free));
  await page.route('**/api/preview*', (route) => route.abort());
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('[role=dialog] [role=status]:has-text("The node does not answer")');
  await page.locator('[role=dialog] .button.main:focus').press('Enter');
  await page.waitForSelector('[role=dialog] [role=status]:has-text("Nothing is filed yet")');
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
  await page.unroute('**/api/preview*');
  await page.route('**/api/preview*', async (route) => (await held, route.continue()));
  await page.locator('[role=dialog] button:has-text("Ask again")').press('Enter');
  const waits = page.locator('[role=dialog] .button.main[aria-disabled=true]:focus');
  await page.waitForSelector('[role=dialog] [role=status]:has-text("Asking what filing will do")');
  const tied = await waits.getAttribute('aria-describedby');
  await page.waitForSelector(`[id="${tied}"]:has-text("Asking what filing will do")`);
  await waits.press('Enter');
  await page.waitForSelector('[role=dialog] [role=status]:has-text("Nothing is filed yet")');
  answer();
  await page.waitForSelector(`[id="${tied}"] .outcome, [id="${tied}"]:has-text("It goes to nobody outside NZL")`);
  await page.waitForTimeout(200);
  if (filings) throw new Error('what nobody had read was filed');
  await page.locator(`${SAID}:focus`).press('Enter');
  await page.waitForSelector('.done:focus');
  if (filings !== 1) throw new Error(`filed ${filings} times`);
});

scenario('a portion is labelled as the one above by one key or one button, in the label dialog too, and pasted text only by them', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'As the one above', 'For two nations.', 'Alt+3');
  await page.keyboard.press('Alt+l');
  await page.getByPlaceholder('Type a nation').fill('usa');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] .chip:has-text("USA")');
  await page.keyboard.press('Escape');
  await labelled(page, 1, 'USA');
  const mark = (await page.locator('.document .portion').nth(1).locator('.chip').textContent()) ?? '';
  const same = (n: number) => page.locator('.document .portion').nth(n).locator(`.variant:not(.unlabelled) > .chip:text-is("${mark}")`).waitFor();
  await page.keyboard.press('Alt+Enter');
  await page.waitForSelector('.document .empty[data-hint*="Alt+0"]');
  await page.keyboard.type('By key.');
  await page.keyboard.press('Alt+0');
  await same(2);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'Pasted one.\n\nPasted two.');
    document.querySelector('.document')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => document.querySelectorAll('.document .portion').length >= 4);
  await page.waitForSelector('.findings .block');
  const open = page.locator('.document .portion:has(> .variants > .variant.unlabelled)');
  await open.first().locator('.wording').click();
  await page.locator(`.tools .button:has-text("Label as above"):enabled`).click();
  await same(3);
  for (let n = await open.count(); n > 0; n--) {
    await open.first().locator('.wording').click();
    await page.keyboard.press('Alt+l');
    await page.locator('[role=dialog] .button:has-text("Label as above")', { hasText: mark }).waitFor();
    await page.keyboard.press('Alt+0');
    await page.locator(`[role=dialog] .now .chip:has-text("${mark}")`).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[role=dialog]').waitFor({ state: 'detached' });
  }
  await page.waitForFunction(() => !document.querySelector('.document .unlabelled'));
  await page.locator('.document .wording').first().click();
  await page.keyboard.press('Alt+0');
  await page.waitForSelector('.toast:has-text("No label to take over")');
  await page.locator('main').focus();
  await page.keyboard.press('?');
  await page.waitForSelector('[role=dialog] div:has(kbd:text-is("Alt+0")):has-text("Label as above")');
});

scenario('advice for the same nation that gives it another portion says that it does not stand for the other', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Two things for others', 'The first thing.', 'Alt+3');
  await page.waitForSelector('.advice > li');
  if (await page.locator('.advice :text("Not instead of the above")').count()) throw new Error('there is nothing above');
  await page.keyboard.press('Alt+Enter');
  await page.keyboard.type('The second thing, by other means.');
  await page.keyboard.press('Alt+4');
  await labelled(page, 2);
  const second = page.locator('.advice > li').nth(1);
  await second.locator(':text("Not instead of the above: it gives them another portion.")').waitFor();
  const reached = await page.locator('.advice p:text-is("To reach USA:")').count();
  if (reached !== 2 || (await page.locator('.advice :text("Alternatives")').count())) throw new Error(`${reached} ways, or said to be alternatives`);
  const faults = await axe(page);
  if (faults.length) throw new Error(faults.join('\n'));
});

scenario('a filing that did not get through says so where it was pressed, and the next press files it, once', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  await write(page, 'Filed at the second press', 'A line that breaks.');
  await page.route('**/api/products', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await page.keyboard.press('Control+Enter');
  await page.locator('[role=dialog] .button.main:not([aria-disabled=true])').press('Enter');
  await page.waitForSelector('[role=dialog] [role=alert]');
  await page.unroute('**/api/products');
  await page.locator('[role=dialog] .button.main').press('Enter');
  await page.waitForSelector('.done h2 .mono');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
});
