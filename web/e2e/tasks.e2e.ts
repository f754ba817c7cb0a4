// SPDX-License-Identifier: Apache-2.0
// What each screen is there for, in at most three steps, in English and in Korean. Each task begins on its screen.
import type { Browser, Page } from 'playwright-core';
import { call, draft } from './acts.ts';
import { scenario, setLanguage, signIn, type Scene } from './harness.ts';
import { Steps, type Language } from './steps.ts';

interface Task {
  name: string;
  /** What has to be there before: none of the task's own steps. */
  begin: (scene: Scene, language: Language) => Promise<unknown>;
  steps: (steps: Steps, made: never) => Promise<void>;
}
const task = <T>(name: string, begin: (scene: Scene, language: Language) => Promise<T>, steps: (steps: Steps, made: T) => Promise<void>): Task => ({ name, begin, steps });

async function play(scene: Scene, tasks: readonly Task[]): Promise<void> {
  for (const language of ['en', 'ko'] as const) {
    for (const { name, begin, steps } of tasks) {
      const made = await begin(scene, language).catch((error: unknown) => { throw new Error(`before ${name}, ${language}: ${String(error)}`); });
      await steps(new Steps(scene.page, language, name), made as never).catch((error: unknown) => { throw new Error(`${name}, ${language}: ${String(error)}`); });
    }
  }
}

/** Somebody on a screen, in a language, with the screen ready. */
async function stand(page: Page, language: Language, member: string, person: string, place: string, ready: string): Promise<void> {
  await signIn(page, member, person, place);
  await setLanguage(page, language);
  await page.waitForSelector(`html[lang=${language}] ${ready}`);
}

/** As somebody else, in a browser of their own. */
async function meanwhile<T>(browser: Browser, member: string, person: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, member, person);
  await page.waitForSelector('.views, nav a');
  return work(page).finally(() => context.close());
}

/** A report of NZL's for USA, waiting on the desk. */
async function file(page: Page, title: string, more: object = {}): Promise<{ key: string; reference: string }> {
  return call(page, 'POST', '/api/products', { draft: { ...(await draft(page, title, ['NZL', 'USA'])), ...more } });
}

async function warn(page: Page, title: string): Promise<void> {
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  const { key } = await file(page, title, { kind: 'warning', precedence: 'FLASH', action: ['USA-WATCH'] });
  const item = await call<{ groups: { text: string }[] }>(page, 'GET', `/api/desk/${key}`);
  await call(page, 'POST', `/api/desk/${key}/open`, { text: item.groups[0]?.text });
  await call(page, 'POST', `/api/desk/${key}/approve`, { members: ['USA'] });
}

const lettersOf = (reference: string) => reference.split(' ').at(-1) ?? '';

const INBOX = [
  task('read', ({ page }, language) => stand(page, language, 'USA', 'hawk', '#/inbox?view=all', '[role=option]'), async (steps) => {
    await steps.press('j');
    await steps.page.waitForSelector('.pane .portion');
  }),
  task('acknowledge', async ({ browser, page }, language) => {
    const title = `Adrift off the heads, ${language}`;
    await stand(page, language, 'USA', 'hawk', '#/inbox', '.views');
    await meanwhile(browser, 'NZL', 'kea', (other) => warn(other, title));
    await page.waitForSelector(`.alarm:has-text("${title}")`);
    return title;
  }, async (steps, title) => {
    await steps.press('g z');
    await steps.page.waitForSelector(`.pane .portion:has-text("${title}")`);
    await steps.press('a');
    await steps.page.waitForSelector('.alarm', { state: 'detached' });
  }),
  task('hand over', async ({ page }, language) => {
    await stand(page, language, 'NZL', 'kea', '#/inbox', '.views');
    await page.keyboard.press('w');
    await page.keyboard.press('0');
    await page.waitForSelector('.log .who:has-text("kea")');
  }, async (steps) => {
    await steps.press('h');
    // Other files may have given the post more people: whom the dialog proposes gets the watch.
    const next = await steps.page.locator('[role=dialog] select option:checked').textContent();
    await steps.click('button', 'inbox.hand_over');
    await steps.page.waitForSelector(`.toast:has-text("${next?.trim()}")`);
  })
];

const onProduct = async ({ page }: Scene, language: Language): Promise<void> => {
  await stand(page, language, 'USA', 'hawk', '#/inbox?view=all', '[role=option]');
  const { items } = await call<{ items: { key: string; reference: string }[] }>(page, 'GET', '/api/products?limit=100');
  const key = items.find((line) => line.reference.includes('S3AL'))?.key ?? '';
  await page.evaluate((k) => (location.hash = `#/product/${encodeURIComponent(k)}`), key);
  await page.waitForSelector('.whole .portion');
};
const PRODUCT = [
  task('why do I see this', onProduct, async (steps) => {
    await steps.press('y');
    await steps.page.waitForSelector('aside li:has-text("USA")');
  }),
  task('ask the originator', onProduct, async (steps) => {
    await steps.press('q');
    await steps.say('Which side of the channel?');
    await steps.click('button', 'product.ask_send');
    await steps.page.waitForSelector('.whole .portion:has-text("Which side of the channel?")');
  }),
  task('save a copy', onProduct, async (steps) => {
    await steps.press('s');
    await steps.page.waitForSelector('[role=dialog] .button.main');
    const [file] = await Promise.all([steps.page.waitForEvent('download'), steps.click('button', 'product.save_now')]);
    if (!file.suggestedFilename().startsWith('NZL-WARN-')) throw new Error(file.suggestedFilename());
  })
];

/** A title that is written, and nothing else. */
const titled = async ({ page }: Scene, language: Language): Promise<void> => {
  await stand(page, language, 'NZL', 'kea', '#/inbox', '.views');
  await page.keyboard.press('c');
  await page.waitForSelector('.document:focus');
  await page.keyboard.type(`A quiet night, ${language}`);
};
const labelled = '.document .variant:not(.unlabelled) > .chip';
const WRITE = [
  task('a new text', ({ page }, language) => stand(page, language, 'NZL', 'kea', '#/inbox', '.views'), async (steps) => {
    await steps.press('c');
    await steps.page.waitForSelector('.document:focus');
    await steps.say('Begun by one key');
    await steps.page.waitForSelector('.document .wording:has-text("Begun by one key")');
  }),
  task('label it', titled, async (steps) => {
    await steps.press('Alt+2');
    await steps.page.waitForSelector(labelled);
  }),
  task('look as a member', async (scene, language) => {
    await titled(scene, language);
    await scene.page.keyboard.press('Alt+2');
    await scene.page.waitForSelector(labelled);
    await scene.page.waitForFunction(() => !document.querySelector('.findings .block'));
  }, async (steps) => {
    await steps.press('Alt+k');
    await steps.page.waitForSelector('[role=dialog] select');
  }),
  task('file it', async (scene, language) => {
    await titled(scene, language);
    await scene.page.keyboard.press('Alt+2');
    await scene.page.waitForSelector('.end .button.main:enabled');
  }, async (steps) => {
    await steps.press('Control+Enter');
    await steps.click('button', 'write.file');
    await steps.page.waitForSelector('.done .mono:has-text("NZL-REP")');
  })
];

const atDesk = async ({ page }: Scene, language: Language): Promise<string> => {
  await signIn(page, 'NZL', 'kea');
  await page.waitForSelector('.views');
  const { reference } = await file(page, `For the desk, ${language}`);
  await call(page, 'POST', '/api/session/post', { post: 'NZL-RELEASE' });
  await page.evaluate(() => (location.hash = '#/desk'));
  await setLanguage(page, language);
  await page.waitForSelector(`html[lang=${language}] .line:has-text("${reference}")`);
  return reference;
};
const opened = async (scene: Scene, language: Language): Promise<string> => {
  const reference = await atDesk(scene, language);
  await scene.page.locator(`.line:has-text("${reference}")`).click();
  await scene.page.waitForSelector('article .open');
  await scene.page.keyboard.press('o');
  await scene.page.waitForSelector('article .approve');
  return reference;
};
const DESK = [
  task('open a text', atDesk, async (steps, reference) => {
    await steps.pick('button', reference);
    await steps.page.waitForSelector('article .open');
    await steps.press('o');
    await steps.page.waitForSelector('article .row');
  }),
  task('approve it', opened, async (steps, reference) => {
    await steps.press('Shift+A');
    await steps.say(lettersOf(reference));
    await steps.press('Enter');
    await steps.page.waitForSelector('.result .released');
  }),
  task('send it back', opened, async (steps) => {
    await steps.press('Shift+W');
    await steps.say('Say where, and not how it is known.');
    await steps.click('button', 'desk.send_back');
    await steps.page.waitForSelector(`.result:has-text("${steps.words('desk.sent_back')}")`);
  })
];

const searching = ({ page }: Scene, language: Language) => stand(page, language, 'NZL', 'kea', '#/search', 'input[type=search]:focus');
const SEARCH = [
  task('find', searching, async (steps) => {
    await steps.say('harbour');
    await steps.page.waitForSelector('.hit');
    await steps.press('Enter');
    await steps.page.waitForSelector('.pane .portion');
  }),
  task('save it, to be told', searching, async (steps) => {
    await steps.say(`pilot boat ${steps.language}`);
    await steps.click('button', 'search.save');
    await steps.page.waitForSelector('[role=dialog] input[type=checkbox]:checked');
    await steps.press('Enter');
    await steps.page.waitForSelector(`.toast:has-text("${steps.words('search.saved_alert')}")`);
  })
];

const MAP = [
  task('search an area', ({ page }, language) => stand(page, language, 'NZL', 'kea', '#/map', '.bar form input'), async (steps) => {
    await steps.click('textbox', 'map.typed');
    await steps.say('42S 174E / 41S 176E');
    await steps.press('Enter');
    await steps.click('button', 'map.search_area');
    await steps.page.waitForFunction(() => location.hash.startsWith('#/search?area='));
    await steps.page.waitForSelector('.chips .chip');
  }),
  task('the place under the cursor', async ({ page }, language) => {
    await stand(page, language, 'NZL', 'kea', '#/map', '.map[data-state=drawn]');
    const box = await page.locator('.chart canvas').boundingBox();
    if (!box) throw new Error('no map');
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 3, { steps: 3 });
    await page.waitForFunction(() => /^\d{1,2}[A-Z] ?[A-Z]{2}|^[ABYZ] ?[A-Z]{2}/.test(document.querySelector('.cursor .mono')?.textContent?.trim() ?? ''));
  }, async (steps) => {
    const place = (await steps.page.locator('.cursor .mono').first().textContent())?.trim() ?? '';
    await steps.press('y');
    await steps.page.waitForSelector(`.toast:has-text("${place}")`);
  })
];

const keeping = (place: string, ready: string) => ({ page }: Scene, language: Language) => stand(page, language, 'NZL', 'nzl.admin', place, ready);
const NETWORK = [
  task('pause a link', keeping('#/network', '[data-member=USA]'), async (steps) => {
    await steps.press('j');
    await steps.page.waitForSelector('#partner-name:has-text("USA")');
    await steps.press('Shift+P');
    await steps.page.waitForSelector('#pause-reason');
    await steps.say('the mast is being painted');
    await steps.press('Enter');
    await steps.page.waitForSelector('.pause:has-text("the mast is being painted")');
  }),
  task('resume it', keeping('#/network/USA', '.pause'), async (steps) => {
    await steps.press('Shift+P');
    await steps.page.waitForSelector('.pause', { state: 'detached' });
  }),
  task('export a bundle', keeping('#/network/USA', '#export'), async (steps) => {
    await steps.press('Shift+E');
    await steps.form(async () => steps.page.locator('[role=dialog] input[value=start]').check());
    const [file] = await Promise.all([steps.page.waitForEvent('download'), steps.click('button', 'network.bundle_make')]);
    if (!file.suggestedFilename().startsWith('NZL-USA-')) throw new Error(file.suggestedFilename());
  })
];

const auditing = (place: string, ready: string) => ({ page }: Scene, language: Language) => stand(page, language, 'NZL', 'nzl.auditor', place, ready);
const AUDIT = [
  task('filter', auditing('#/audit', '.line'), async (steps) => {
    await steps.click('button', 'audit.kind_released');
    await steps.click('button', 'audit.show');
    await steps.page.waitForSelector(`.line:has-text("${steps.words('audit.act_SearchMade')}")`, { state: 'detached' });
    await steps.page.waitForSelector(`.line:has-text("${steps.words('audit.act_ShareReleased')}")`);
  }),
  task('prove an entry', auditing('#/audit', '.line'), async (steps) => {
    await steps.press('j');
    await steps.page.waitForSelector('#entry-name');
    await steps.press('v');
    await steps.page.waitForSelector('[data-proof=holds]');
  }),
  task('verify a range', auditing('#/audit', '.line'), async (steps) => {
    await steps.click('link', 'audit.tab_range');
    await steps.click('button', 'audit.verify');
    await steps.page.waitForSelector('[data-state=holds]');
  })
];

const PEOPLE = [
  task('admit a person', keeping('#/people/people', 'main table'), async (steps) => {
    const person = `nzl.step.${steps.language}`;
    await steps.press('n');
    await steps.form(async (find) => {
      await find('textbox', 'people.id').fill(person);
      await find('textbox', 'people.name').fill('Somebody');
      await find('checkbox', 'people.cleared_to').check();
      await find('button', 'people.add_post').click();
      await find('textbox', 'people.post').fill('NZL-WATCH');
    });
    await steps.click('button', 'people.admit');
    await steps.page.waitForSelector('[role=dialog] .password');
  }),
  task('end a session', async (scene, language) => {
    await scene.page.context().clearCookies();
    await signIn(await (await scene.browser.newContext()).newPage(), 'NZL', 'nzl.admin');
    await keeping('#/people/me', 'main li')(scene, language);
  }, async (steps) => {
    await steps.click('button', 'people.session_end');
    await steps.page.waitForSelector(`.toast:has-text("${steps.words('people.session_gone')}")`);
  }),
  task('try a label', keeping('#/people/me', 'main h1'), async (steps) => {
    await steps.press('4');
    await steps.page.waitForSelector('main fieldset');
    await steps.form(async (find) => void (await find('combobox', 'people.level').selectOption({ index: 2 })));
    await steps.page.waitForSelector(`strong:has-text("${steps.words('people.sees')}"), strong:has-text("${steps.words('people.sees_not')}")`);
  }),
  task('back up', keeping('#/people/me', 'main h1'), async (steps) => {
    await steps.press('6');
    await steps.click('button', 'people.backup_make');
    await steps.page.waitForSelector('td:has-text("tearline-NZL-")');
  })
];

scenario('inbox: read, acknowledge, hand over', (scene) => play(scene, INBOX));
scenario('product: why, a question, a copy', (scene) => play(scene, PRODUCT));
scenario('write: begin, label, look as a member, file', (scene) => play(scene, WRITE));
scenario('desk: open, approve, send back', (scene) => play(scene, DESK));
scenario('search: find, and be told of what comes', (scene) => play(scene, SEARCH));
scenario('map: an area searched, the place under the cursor', (scene) => play(scene, MAP));
scenario('network: pause, resume, export', (scene) => play(scene, NETWORK));
scenario('audit: filter, prove, verify', (scene) => play(scene, AUDIT));
scenario('people: admit, end a session, try a label, back up', (scene) => play(scene, PEOPLE));
scenario('a fourth step is refused, whatever it is', async ({ page }) => {
  for (const fourth of [(s: Steps) => s.press('j'), (s: Steps) => s.click('button', 'shell.sign_out'), (s: Steps) => s.form(async () => undefined)]) {
    const steps = new Steps(page, 'en', 'too long');
    for (const key of ['j', 'g i', 'k']) await steps.press(key);
    const refused = await fourth(steps).then(() => false, (error: unknown) => String(error).includes('a step more than 3'));
    if (!refused) throw new Error('a fourth step was taken');
  }
});
