// SPDX-License-Identifier: Apache-2.0
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The node's Content-Security-Policy allows files of this host only: nothing is inlined, no polyfill is injected.
export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: { $lib: new URL('./src/lib', import.meta.url).pathname }, conditions: ['browser'] },
  build: {
    outDir: '../src/tearline/edge/screens',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    manifest: true,
    // The map's library is one file of 1.9 MB, fetched when a map is opened.
    chunkSizeWarningLimit: 2000
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8470' } },
  test: { include: ['src/**/*.test.ts'] }
});
