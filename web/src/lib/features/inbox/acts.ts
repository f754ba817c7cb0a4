// SPDX-License-Identifier: Apache-2.0
// What one does with lines: noted as seen or done (one's own), assigned within the post, acknowledged for it.
import { api, ask } from '$lib/api';

const AT_ONCE = 500;
export type Mark = 'read' | 'unread' | 'done' | 'open';

async function inParts(keys: readonly string[], send: (part: string[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < keys.length; at += AT_ONCE) await send(keys.slice(at, at + AT_ONCE));
}

export async function note(keys: readonly string[], mark: Mark): Promise<void> {
  await inParts(keys, (part) => ask(api.POST('/api/inbox/marks', { body: { keys: part, mark } })));
}

export async function assign(keys: readonly string[], to: string): Promise<void> {
  await inParts(keys, (part) => ask(api.POST('/api/inbox/assign', { body: { keys: part, to } })));
}

export async function acknowledge(keys: readonly string[], state: 'displayed' | 'acknowledged'): Promise<void> {
  await inParts(keys, (part) => ask(api.POST('/api/inbox/acknowledge', { body: { keys: part, state } })));
}
