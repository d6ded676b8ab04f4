// Keeps the app as one set. TOLD stands before this: the version, what to keep, what never.
const CACHE = "pamor-" + TOLD.versi;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(TOLD.simpan.map((url) => new Request(url, { cache: "reload" })));
    // A page that is open has loaded all its scripts: it goes on as it is.
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("pamor-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith(TOLD.luar) || url.pathname.endsWith("/sw.js")) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    const asked = event.request.mode === "navigate" ? url.pathname : event.request;
    return (await cache.match(asked)) || fetch(event.request);
  })());
});
