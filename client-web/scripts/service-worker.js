// A Vite plugin that writes /sw.js: service-worker-source.js with the names of the files of this build. A
// library for it brings more code than it saves: there is one rule for pages and one for files.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./service-worker-source.js', import.meta.url));

/** @returns {import('vite').Plugin} */
export function serviceWorker() {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle)
        .filter((name) => name.startsWith('assets/'))
        .map((name) => `/${name}`);
      const all = ['/index.html', '/icon.svg', ...files].sort();
      const hash = createHash('sha256');
      for (const item of Object.values(bundle)) {
        hash.update(item.fileName).update(item.type === 'chunk' ? item.code : item.source);
      }
      const code = readFileSync(source, 'utf8')
        .replace('const FILES = [];', `const FILES = ${JSON.stringify(all)};`)
        .replace('FILES_HASH', `swarmboard-${hash.digest('hex').slice(0, 16)}`);
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: code });
    },
  };
}
