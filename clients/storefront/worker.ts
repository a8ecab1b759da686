/** What the browser has of Trusted Types; the library of TypeScript does not know them. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const WORKER = '/shop/sw.js';

/** Keeps the offline page in the browser, by a service worker. */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const rules = {
    createScriptURL(url: string) {
      if (url !== WORKER) throw new TypeError(`not a script of the shop: ${url}`);
      return url;
    },
  };
  const policy = trustedTypes?.createPolicy('site', rules) ?? rules;
  // Without it the shop works the same, and has no page when there is no network.
  void navigator.serviceWorker.register(policy.createScriptURL(WORKER), { scope: '/shop' }).catch(() => undefined);
}
