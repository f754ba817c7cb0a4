// SPDX-License-Identifier: Apache-2.0
import { node, scenario, signIn } from './harness.ts';

scenario('the page at the door loads under its policy', async ({ page }) => {
  const answer = await page.goto(`${node('NZL')}/`);
  if (!answer?.headers()['content-security-policy']?.includes("script-src 'self'")) throw new Error('no policy');
  await page.waitForSelector('#app > *');
});

scenario('one of the cast is played, and the session is theirs', async ({ page }) => {
  await signIn(page, 'NZL', 'kea');
  const session = await page.evaluate(async () => (await (await fetch('/api/session')).json()) as { person: string });
  if (session.person !== 'kea') throw new Error(`signed in as ${session.person}`);
});
