// SPDX-License-Identifier: Apache-2.0
// Scrolls the inbox of a served node in headless Chromium and prints how many frames a second it kept.
// node bench/scroll.mjs URL PERSON CHROMIUM
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('playwright-core');
const [url, person, executablePath] = process.argv.slice(2);
const FRAMES = 300;

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`${url}/`);
const status = await page.evaluate(async (name) => {
  const headers = { 'content-type': 'application/json', 'X-Tearline': '1' };
  return (await fetch('/api/session/exercise', { method: 'POST', headers, body: JSON.stringify({ person: name }) })).status;
}, person);
if (status !== 200) throw new Error(`${person} could not be played: ${status}`);
await page.goto(`${url}/#/inbox`);
await page.reload();
await page.waitForSelector('.views');
await page.keyboard.press('4');
await page.waitForSelector('[role=listbox] [role=option]');
await page.waitForTimeout(1000);

/** Frames while the list moves by `step` pixels at each of them. */
const scroll = (step) =>
  page.evaluate(
    async ([by, frames]) => {
      const box = document.querySelector('[role=listbox]');
      const times = [];
      let direction = 1;
      await new Promise((done) => {
        const frame = (now) => {
          times.push(now);
          const before = box.scrollTop;
          box.scrollTop = before + by * direction;
          if (box.scrollTop === before) direction = -direction;
          if (times.length > frames) done();
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      });
      const gaps = times.slice(1).map((at, n) => at - times[n]);
      const lines = [...box.querySelectorAll('[role=option]')].length;
      return { fps: (gaps.length * 1000) / (times.at(-1) - times[0]), worst: Math.max(...gaps), lines, height: box.scrollHeight };
    },
    [step, FRAMES]
  );

const found = { steadily: await scroll(60), 'by leaps': await scroll(21_333) };
await page.waitForSelector('[role=listbox] [role=option]'); // and where it stopped, the lines are there
console.log(JSON.stringify(found));
await browser.close();
