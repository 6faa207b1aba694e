// A Vite plugin that makes the descriptors of the protocol smaller on their way to the browser. The
// generated code holds each as base64, in which a compressor no longer sees that the names of fields and
// enum values repeat; here the bytes themselves stand in the bundle, and btoa() makes them base64 again.
// A third of them is saved.
//
// After minifying, because a minifier writes such characters as escapes. A string that btoa() would not
// give back exactly stays as it was.

const LONG_BASE64 = /(["`])([A-Za-z0-9+/]{400,}={0,2})\1/g;
const ESCAPES = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
]);

/** @param {string} bytes One character a byte. */
function literal(bytes) {
  return `"${bytes.replace(/["\\\n\r]/g, (char) => ESCAPES.get(char) ?? char)}"`;
}

/** @param {string} base64 @returns {string | undefined} */
function bytesOf(base64) {
  const unpadded = base64.replace(/=+$/, '');
  if (unpadded.length % 4 === 1) return undefined;
  const bytes = atob(base64);
  return btoa(bytes).replace(/=+$/, '') === unpadded ? bytes : undefined;
}

/** @param {string} code Of a chunk, minified. */
export function compacted(code) {
  return code.replace(LONG_BASE64, (whole, _, base64) => {
    const bytes = bytesOf(base64);
    return bytes === undefined ? whole : `btoa(${literal(bytes)})`;
  });
}

/** @returns {import('vite').Plugin} */
export function compactDescriptors() {
  return {
    name: 'compact-descriptors',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = compacted(chunk.code);
      }
    },
  };
}
