// SPDX-License-Identifier: Apache-2.0
import '@fontsource/ibm-plex-sans/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-600.css';
import '@fontsource/ibm-plex-sans/latin-ext-400.css';
import '@fontsource/ibm-plex-sans/latin-ext-600.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-600.css';
import '$lib/ui/tokens.css';
import '$lib/ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { startLanguage } from '$lib/i18n';
import { renew } from '$lib/shell/renew';
import { keepFocus } from '$lib/shell/resting';
import { startTheme } from '$lib/shell/theme.svelte';

addEventListener('vite:preloadError', () => void renew());
startTheme();
keepFocus();
await startLanguage();

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
export default mount(App, { target });

// Texts in any language come to every reader; the first page need not wait for their fonts' rules.
void import('$lib/ui/cjk');
