import type { StoredTokens, TokenStore } from './bearer.ts';
import { inDatabase } from './indexed-db.ts';

const STORE = 'tokens';
const KEY = 'current';

/**
 * Keeps tokens in the IndexedDB of this origin, for all its tabs and after a reload. Scripts of the page can read them: use it with
 * `dpop`, whose tokens are worth nothing without the key. Tabs that take turns (Web Locks) see each other's tokens, which they need
 * not with `localStorage`.
 * @param name of the database; one for each gateway
 */
export const indexedDbTokens = (name = '@atrium/client tokens'): TokenStore => ({
  load: async () =>
    ((await inDatabase(name, STORE, 'readonly', (store) => store.get(KEY))) as StoredTokens | undefined) ?? null,
  save: async (tokens) => {
    await inDatabase(name, STORE, 'readwrite', (store) => (tokens ? store.put(tokens, KEY) : store.delete(KEY)));
  },
});
