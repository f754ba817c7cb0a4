// SPDX-License-Identifier: Apache-2.0
// The node's API, typed by its own description. Every request stays on this host; every change says that it is our page's.
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

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

const marks: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-Tearline', '1');
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

/** The answer of a request, or an ApiError. `const inbox = await ask(api.GET('/api/inbox'))`. */
export async function ask<T>(request: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', '');
  }
  const { data, error, response } = outcome;
  if (response.ok) return data as T;
  throw tell(asProblem(response.status, error));
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
