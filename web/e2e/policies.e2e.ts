// SPDX-License-Identifier: Apache-2.0
// Policies: which are in force and how they mark, a label tried against a clearance, another pack looked at and adopted.
import type { Page } from 'playwright-core';
import { axe, PHONE, scenario, setLanguage, setTheme, signIn, WIDE } from './harness.ts';
import { makePack, type Picked } from './packs.ts';

const KEEPER = 'nzl.admin';
const SENT = 'policyRef="EXERCISE EXNET" lacv="2" applied="both"';
const NOT_SENT: [string, string] = [SENT, SENT.replace('both', 'decrypt')];

async function open(page: Page, person = KEEPER): Promise<void> {
  await signIn(page, 'NZL', person, '#/people/policies');
  await page.waitForSelector('main h2');
}

async function choose(page: Page, pack: Picked): Promise<void> {
  await page.setInputFiles('input[type=file]', pack);
}

const oneCase = () => JSON.stringify([{ id: 'of our own', label: { policy: 'PUBLIC', classification: 'UNMARKED' }, valid: false }]);

scenario('who would gain and lose is seen before a pack is adopted, and nothing changes by looking', async ({ page }) => {
  await open(page);
  const before = await page.locator('main .card .mono').first().textContent();
  await choose(page, makePack('next.zip', { 'nzl.spif.xml': NOT_SENT, 'cases.json': () => oneCase().replace('false', 'true') }));
  await page.waitForSelector('button.adopt');
  await page.waitForSelector('text=EXERCISE NZL is changed');
  await page.getByText('1 test case came out as expected').waitFor();
  await page.click('button.adopt');
  await page.waitForSelector('[role=dialog]');
  if (await page.locator('[role=dialog] button.danger').isEnabled()) throw new Error('adopted without its letters');
  await page.locator('[role=dialog] input').fill('ZZZZ');
  if (await page.locator('[role=dialog] button.danger').isEnabled()) throw new Error('adopted with other letters');
  await page.keyboard.press('Escape');
  await page.reload();
  await page.waitForSelector('main h2');
  if ((await page.locator('main .card .mono').first().textContent()) !== before) throw new Error('looking changed something');
});

scenario('what a pack loses is named, and no pack is adopted before that is typed', async ({ page }) => {
  await open(page);
  const level = 'name="RESTRICTED" lacv="2" hierarchy="2"';
  const obsolete: [string, string] = [level, `${level} obsolete="true"`];
  const gone = { 'nzl.spif.xml': obsolete, 'cases.json': () => oneCase().replace('false', 'true') };
  await choose(page, makePack('gone.zip', gone));
  await page.waitForSelector('h3:has-text("What is lost for good and has to be accepted")');
  await page.waitForSelector('li:has-text("what carries it stays sealed from everybody")');
  if (await page.locator('button.adopt').isEnabled()) throw new Error('losses are accepted by nobody');
  const count = /Type (\d+) /.exec((await page.locator('label[for=accept-losses]').textContent()) ?? '')?.[1] ?? '';
  await page.fill('#accept-losses', `${count}9`);
  if (await page.locator('button.adopt').isEnabled()) throw new Error('another number is taken');
  await page.fill('#accept-losses', count);
  if (!(await page.locator('button.adopt').isEnabled())) throw new Error('accepted, and still refused');
  await page.locator('#accept-losses').scrollIntoViewIfNeeded();
});

scenario('a pack is adopted in three steps, by its letters, and is in force without a restart', async ({ page }) => {
  await open(page);
  await choose(page, makePack('places.zip', { 'dirty-words.json': (text) => text.replace('{', '{"ZZZ": ["relay"], ') }));
  await page.waitForSelector('text=The policies are the same, to the byte.');
  await page.click('button.adopt');
  const reference = (await page.locator('[role=dialog] p.mono').textContent()) ?? '';
  await page.locator('[role=dialog] input').fill(reference.split(' ').at(-1)?.toLowerCase() ?? '');
  await page.keyboard.press('Enter');
  await page.waitForSelector('p.good:has-text("In force:")');
  await page.waitForSelector('button.adopt', { state: 'detached' });
  await choose(page, makePack('places.zip', { 'dirty-words.json': (text) => text.replace('{', '{"ZZZ": ["relay"], ') }));
  await page.waitForSelector('[role=alert]:has-text("This pack is in force already.")');
  if (await page.locator('button.adopt').isEnabled()) throw new Error('adopted twice');
});

scenario('a pack whose test cases fail is refused, each case named; so is what is no pack', async ({ page }) => {
  await open(page);
  await choose(page, makePack('wrong.zip', { 'cases.json': oneCase }));
  await page.waitForSelector('[role=alert] li:has-text("of our own, valid: expected False, is True")');
  await choose(page, { name: 'note.zip', mimeType: 'application/zip', buffer: Buffer.from('just a note') });
  await page.waitForSelector('[role=alert]:has-text("no zip of a policy pack")');
  if (await page.locator('button.adopt').count()) throw new Error('something could be adopted');
});

scenario('whoever may sign in sees the policies and tries a label; only an administrator another pack', async ({ page }) => {
  await open(page, 'kea');
  if (await page.locator('input[type=file]').count()) throw new Error('a pack is offered to everybody');
  await page.locator('summary:has-text("EXERCISE KOR")').click();
  await page.waitForSelector('td[lang=ko]:has-text("EXERCISE 군사II급비밀")');
  await page.waitForSelector('td[lang=en]:has-text("(EXERCISE KOR-II)")');
  const level = page.locator('section select').nth(1);
  await level.selectOption({ index: 2 });
  await page.locator('summary:has-text("In the other languages")').press('Enter');
  await page.locator('dd[lang=fr]').waitFor();
  const words = await page.locator('dl dd[lang]').evaluateAll((all) => all.map((d) => d.textContent));
  if (new Set(words).size !== 3) throw new Error(`not three other languages: ${words.join(' | ')}`);
});

scenario('정책 화면은 한국어로 다른 묶음을 보고 문자로 채택한다', async ({ page }) => {
  await open(page);
  await setLanguage(page, 'ko');
  await page.waitForSelector('h2:has-text("다른 정책 묶음")');
  const pack = makePack('places.zip', { 'dirty-words.json': (text) => text.replace('{', '{"ZZY": ["relay"], ') });
  await choose(page, pack);
  await page.waitForSelector('text=정책이 바이트까지 같습니다.');
  await page.getByRole('button', { name: '묶음 채택' }).click();
  const reference = (await page.locator('[role=dialog] p.mono').textContent()) ?? '';
  await page.locator('[role=dialog] input').fill(reference.split(' ').at(-1) ?? '');
  await page.keyboard.press('Enter');
  await page.waitForSelector('p.good:has-text("시행:")');
});

scenario('the policies are without violations in both themes, wide and on a phone', async ({ page }) => {
  await open(page);
  for (const theme of ['dark', 'light'] as const) {
    for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
      await page.setViewportSize(viewport);
      await setTheme(page, theme);
      await page.waitForSelector('main h2');
      await choose(page, makePack('next.zip', { 'nzl.spif.xml': NOT_SENT, 'cases.json': () => oneCase().replace('false', 'true') }));
      await page.waitForSelector('button.adopt');
      await page.locator('summary:has-text("EXERCISE NATO")').click();
      for (const details of await page.locator('tbody details summary').all()) await details.click();
      const found = await axe(page);
      if (found.length) throw new Error(found.join('\n'));
      const wide = await page.evaluate(() => {
        const over = (e: Element) => e.scrollWidth - e.clientWidth;
        return Math.max(over(document.documentElement), ...[...document.querySelectorAll('main')].map(over));
      });
      if (wide > 0) throw new Error(`${size}: the page scrolls sideways by ${wide}`);
      const shots = process.env.TEARLINE_SHOTS;
      if (shots) {
        await page.evaluate(() => document.querySelector('#another-pack')?.scrollIntoView());
        await page.screenshot({ path: `${shots}/policies-${theme}-${size}.png` });
        await page.evaluate(() => document.querySelector('main h1')?.scrollIntoView({ block: 'center' }));
        await page.screenshot({ path: `${shots}/policies-try-${theme}-${size}.png` });
      }
    }
  }
});
