// SPDX-License-Identifier: Apache-2.0
export { api, ApiError, ask, fetchRaw, onSessionLost } from './client';
export type { Schemas } from './client';
export { events } from './events.svelte';
export { query } from './query.svelte';
