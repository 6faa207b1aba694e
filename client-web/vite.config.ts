import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

import { compactDescriptors } from './scripts/compact-descriptors.js';
import { serviceWorker } from './scripts/service-worker.js';

export default defineConfig({
  plugins: [svelte(), compactDescriptors(), serviceWorker()],
  build: {
    target: 'es2022',
    // Everything is a file of its own: the page's policy allows no inline script, style or data URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Says which files a page loads first; build-size.test.ts weighs them.
    manifest: true,
  },
  server: {
    // `npm run dev` beside a running `swarmboard serve --demo --port 8080`.
    proxy: {
      '/api': 'http://127.0.0.1:8080',
      '/ws': { target: 'ws://127.0.0.1:8080', ws: true },
    },
  },
});
