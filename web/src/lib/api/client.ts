// SPDX-License-Identifier: Apache-2.0
// The node's API, typed by its own description. Every request stays on this host; every change says that it is our page's.
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

interface Reason {
  code: string;
  words: string;
  values: readonly string[];
}

/** A problem as the node states it (RFC 9457), or what went wrong on the way to it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: string,
    readonly details: Record<string, unknown> = {}
  ) {
    super(words || code);
    this.name = 'ApiError';
  }

  /** The several things in the way, where the refusal has several. */
  get reasons(): readonly Reason[] {
    return Array.isArray(this.details.reasons) ? (this.details.reasons as Reason[]) : [];
  }

  /** The node did not answer at all: try again when the link is back. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

type Listener = (error: ApiError) => void;
const listeners = new Set<Listener>();

/** Called with every 401: the session has ended, or is locked. */
export function onSessionLost(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const UNATTENDED_MS = 30_000;
let touched = Date.now();
for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
  globalThis.addEventListener?.(kind, () => (touched = Date.now()), { capture: true, passive: true });
}

// What the page asks by itself, while nobody touches it, must not keep a session from locking.
const marks: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-Tearline', '1');
    if (Date.now() - touched > UNATTENDED_MS) request.headers.set('X-Tearline-Unattended', '1');
    return request;
  }
};

export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin', cache: 'no-store' });
api.use(marks);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

let pending = 0;
const SETTLE_MS = 50;

/** When nothing that was asked is still under way; after `limit_ms` in any case. */
export async function settled(limit_ms = 3000): Promise<void> {
  const until = Date.now() + limit_ms;
  do await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  while (pending > 0 && Date.now() < until);
}

/** The answer of a request, or an ApiError. `const inbox = await ask(api.GET('/api/inbox'))`. */
export async function ask<T>(request: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  pending++;
  try {
    outcome = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', '');
  } finally {
    pending--;
  }
  const { data, error, response } = outcome;
  if (response.ok) return data as T;
  throw tell(asProblem(response.status, error));
}

/** A file that the node streams, with its name and, where it states one, its SHA-256. */
export async function askFile(request: Promise<Outcome<unknown>>): Promise<{ name: string; sha256: string; blob: Blob }> {
  let response: Response | undefined;
  const blob = (await ask(request.then((outcome) => ((response = outcome.response), outcome)))) as Blob;
  const named = /filename="([^"]+)"/.exec(response?.headers.get('content-disposition') ?? '');
  return { name: named?.[1] ?? 'file', sha256: response?.headers.get('x-tearline-sha256') ?? '', blob };
}

function tell(error: ApiError): ApiError {
  if (error.status === 401) for (const listener of listeners) listener(error);
  return error;
}

function asProblem(status: number, body: unknown): ApiError {
  const problem = (body ?? {}) as Record<string, unknown>;
  const code = typeof problem.code === 'string' ? problem.code : `http-${status}`;
  const words = [problem.detail, problem.title].find((w): w is string => typeof w === 'string' && w !== '');
  return new ApiError(status, code, words ?? '', problem);
}
