// SPDX-License-Identifier: Apache-2.0
export { api, ApiError, ask, askFile, onSessionLost, settled } from './client';
export type { Schemas } from './client';
export { events } from './events.svelte';
export { Query, query } from './query.svelte';
