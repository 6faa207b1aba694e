// What a phone loads before the room is there, compressed as the wire carries it. Weighs the build in
// dist/, which `./dev test` makes first.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const FIRST_LOAD_KIB_MAX = 150;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

describe('the build', () => {
  it(`loads the room in at most ${FIRST_LOAD_KIB_MAX} KiB`, () => {
    const manifest = `${dist}.vite/manifest.json`;
    expect(existsSync(manifest), `${manifest} is missing: run npm run build first`).toBe(true);
    const chunks = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Chunk>;
    const files = new Set<string>(['index.html']);
    const add = (name: string): void => {
      const chunk = chunks[name];
      if (chunk === undefined) throw new Error(`the manifest has no ${name}`);
      if (files.has(chunk.file)) return;
      files.add(chunk.file);
      for (const css of chunk.css ?? []) files.add(css);
      for (const name of chunk.imports ?? []) add(name);
    };
    add('index.html');
    const sizes = [...files].map((file) => gzipSync(readFileSync(dist + file)).length);
    const kib = sizes.reduce((sum, size) => sum + size, 0) / 1024;
    console.log(`first load: ${kib.toFixed(1)} KiB in ${files.size} files`);
    expect(kib).toBeGreaterThan(20);
    expect(kib).toBeLessThanOrEqual(FIRST_LOAD_KIB_MAX);
  });
});
