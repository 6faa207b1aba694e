// The service worker: the page opens without a network. It holds the files of one build and nothing else;
// what the server says (/api, /ws) never passes through it. It never takes over from an older one while a
// page is open, so no page loses what it is about to load, and with a network the page itself always comes
// from the server: an update needs no reload that nobody asked for.
//
// The build puts the list of its files in the place of FILES (scripts/service-worker.js).
const FILES = [];
const CACHE = 'FILES_HASH';
const SHELL = '/index.html';
// On a line that is only half there the page of the last visit is better than none.
const PATIENCE_MS = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== CACHE).map((n) => caches.delete(n)))),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (pathname.startsWith('/api/') || pathname.startsWith('/ws/')) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (FILES.includes(pathname)) event.respondWith(file(request));
});

/** @param {Request} request */
async function page(request) {
  const known = () => caches.match(SHELL);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(known);
  const fetched = fetch(request).catch(known);
  return (
    (await Promise.race([fetched, late])) ?? fetched.then((found) => found ?? Response.error())
  );
}

/** @param {Request} request */
async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}
