// SPDX-License-Identifier: Apache-2.0
// Screens built anew under an open page: the files that it would load next are gone. It loads itself anew, at the place where it is;
// what is written in the composer is saved as it is typed.

/** The files of the screens that a page names. */
export function filesOf(page: string): Set<string> {
  return new Set([...page.matchAll(/\/assets\/[\w.-]+/g)].map(([name]) => name));
}

/** Call when a file could not be loaded. Where the node still serves this very page it was something else, and nothing is loaded anew. */
export async function renew(): Promise<void> {
  const answer = await fetch('/', { cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return; // the node is away
  const files = filesOf(await answer.text());
  const mine = document.querySelector<HTMLScriptElement>('script[type=module][src]');
  if (mine && files.size && !files.has(new URL(mine.src).pathname)) location.reload();
}
