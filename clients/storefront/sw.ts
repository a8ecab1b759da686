// The service worker of the shop: it keeps one page, for navigations that get no answer. All else goes to the network as ever.

/** What is used of the scope of a service worker, which the library of TypeScript has apart from that of pages. */
interface Scope {
  addEventListener(name: 'install', listen: (event: Extendable) => void): void;
  addEventListener(name: 'fetch', listen: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
}
interface Extendable {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = globalThis as unknown as Scope;
const KEPT = 'shop-offline';
const OFFLINE = '/shop/offline';

scope.addEventListener('install', (event) => event.waitUntil(keepPage()));
scope.addEventListener('fetch', (event) => {
  const { mode, method } = event.request;
  if (mode === 'navigate' && method === 'GET') event.respondWith(navigate(event.request));
});

async function keepPage(): Promise<void> {
  const cache = await caches.open(KEPT);
  // Its style sheet is within it.
  await cache.add(new Request(OFFLINE, { cache: 'reload' }));
  await scope.skipWaiting();
}

/** No navigation preload: with it, navigations of Firefox 153 failed in our tests, with a network and without. */
async function navigate(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await caches.match(OFFLINE, { ignoreVary: true });
    if (!page) throw error;
    return page;
  }
}
