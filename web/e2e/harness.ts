// SPDX-License-Identifier: Apache-2.0
// Scenarios in a real browser against the served nodes of a small exercise. tests/screens starts both and reports each
// scenario by its name. A scenario fails by throwing, by an error in the page's console, and by a request to another host.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Doors by member, as the network under test has them. */
const DOORS = JSON.parse(process.env.TEARLINE_DOORS ?? '{}') as Record<string, string>;
const SHOTS = process.env.TEARLINE_SHOTS ?? '';
/** Play the scenarios whose names hold this alone: for whoever works on one. */
const ONLY = process.env.TEARLINE_ONLY ?? '';
export const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
};
export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const SCENARIO_MAX_S = 120;

export interface Scene {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** Hosts that were asked for anything; only the nodes' own are allowed. */
  foreign: string[];
}

type Work = (scene: Scene) => Promise<void>;
const scenarios: [string, Work][] = [];

/** One scenario, with a browser context of its own. Its name stands in the report: write it as a plain string. */
export function scenario(name: string, work: Work): void {
  if (!scenarios.length) setImmediate(() => void play());
  scenarios.push([name, work]);
}

/** The address of a member's node. */
export function node(member: string): string {
  const door = DOORS[member];
  if (!door) throw new Error(`no node of ${member} in this network: ${Object.keys(DOORS).join(', ')}`);
  return door;
}

/** So many minutes pass on the exercise's clock, at every node of it. */
export function letPass(minutes: number): void {
  writeFileSync(process.env.TEARLINE_CLOCK ?? '', `+${minutes}\n`);
}

/** A file that the network's authority signed: the next directory, by what it would change. */
export function directory(name: 'lowered' | 'renamed' | 'moved'): string {
  return join(process.env.TEARLINE_DIRECTORIES ?? '', `${name}.json`);
}

export interface Lone {
  url: string;
  person: string;
  password: string;
  /** The node's process is killed; another starts on what is on the disk, after a while in which nobody answers. */
  restart: () => Promise<void>;
}

/** A node of its own (`tearline serve`), which a scenario may kill. */
export function lone(): Lone {
  const { url, person, password, pid } = JSON.parse(process.env.TEARLINE_LONE ?? '{}') as Omit<Lone, 'restart'> & { pid: string };
  const restart = async (): Promise<void> => {
    process.kill(Number(readFileSync(pid, 'utf-8')), 'SIGKILL');
    const down = async () => !(await fetch(`${url}/api/door`).then((r) => r.ok, () => false));
    for (let n = 0; n < 100 && !(await down()); n++) await new Promise((done) => setTimeout(done, 20));
  };
  return { url, person, password, restart };
}

/** Begin a session as one of the exercise's cast, in the page's own browser, and open the screens. */
export async function signIn(page: Page, member: string, person: string, place = '#/inbox'): Promise<void> {
  const url = node(member);
  await page.goto(`${url}/`);
  // The page knows who is signed in before somebody else is: otherwise it goes to its own first screen just as it is sent to another.
  await page.waitForSelector('main');
  const status = await page.evaluate(async (name) => {
    const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
    const body = JSON.stringify({ person: name });
    return (await fetch('/api/session/exercise', { method: 'POST', headers, body })).status;
  }, person);
  if (status !== 200) throw new Error(`${person} could not be played: ${status}`);
  await page.goto(`${url}/${place}`);
  await page.reload();
}

/** What axe finds by WCAG 2.2 A and AA, in words. */
export async function axe(page: Page): Promise<string[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf-8');
  await page.evaluate(source);
  return await page.evaluate(async () => {
    const tool = (globalThis as unknown as { axe: { run(o: unknown): Promise<{ violations: Found[] }> } }).axe;
    interface Found { id: string; help: string; nodes: { target: string[] }[] }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const done = await tool.run({ runOnly: { type: 'tag', values: tags } });
    return done.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).join('; ')})`);
  });
}

/** The same in either theme, of what stands open as it is. */
export async function axeThemes(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    for (const fault of await axe(page)) faults.push(`${theme} ${fault}`);
  }
  return faults;
}

export async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.evaluate((value) => localStorage.setItem('tearline.theme', value), theme);
  await page.reload();
}

export async function setLanguage(page: Page, language: 'en' | 'fr' | 'ko' | 'ja'): Promise<void> {
  await page.evaluate((value) => localStorage.setItem('tearline.language', value), language);
  await page.reload();
}

/** What the page asks from now on that is not there: nothing should be asked that is known to fail. */
export function unfound(page: Page): string[] {
  const asked: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 404) asked.push(`${response.request().method()} ${new URL(response.url()).pathname}`);
  });
  return asked;
}

export function expectNoForeignRequests(scene: Scene): void {
  if (scene.foreign.length) throw new Error(`asked other hosts: ${scene.foreign.join(', ')}`);
}

async function play(): Promise<void> {
  const browser = await chromium.launch(BROWSER);
  for (const [name, work] of scenarios.filter(([name]) => name.includes(ONLY))) {
    const error = await playOne(browser, name, work);
    console.log(JSON.stringify({ scenario: name, error }));
  }
  await browser.close();
}

/** A scenario that hangs is a fault of its own, not of those after it. */
async function within(limit_s: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not over after ${limit_s} s`)), limit_s * 1000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function playOne(browser: Browser, name: string, work: Work): Promise<string> {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en', serviceWorkers: 'block' });
  const page = await context.newPage();
  const scene: Scene = { browser, context, page, foreign: [] };
  const faults: string[] = [];
  const own = new Set([...Object.values(DOORS), lone().url].map((url) => new URL(url).host));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && !own.has(url.host)) scene.foreign.push(url.host);
  });
  // A refusal of the node (401, 404 …) is an answer, not a fault of the page.
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  try {
    await within(SCENARIO_MAX_S, work(scene));
    expectNoForeignRequests(scene);
    return faults.length ? `the page complained: ${faults.join('\n')}` : '';
  } catch (error) {
    const pages = browser.contexts().flatMap((one) => one.pages());
    for (const [n, one] of SHOTS ? pages.entries() : []) {
      await one.screenshot({ path: `${SHOTS}/${name.replace(/\W+/g, '-')}-${n}.png` }).catch(() => undefined);
    }
    return String(error instanceof Error ? (error.stack ?? error) : error);
  } finally {
    await context.close();
  }
}
