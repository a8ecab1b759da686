import type { BindingKey, KeyStore } from './dpop.ts';
import { inDatabase } from './indexed-db.ts';

const STORE = 'keys';
const KEY = 'dpop';

/**
 * Keeps a key in the IndexedDB of this origin, from where scripts can use it but not read it.
 * @param name of the database; one for each gateway
 */
export const indexedDbKeys = (name = '@atrium/client'): KeyStore => ({
  load: async () =>
    ((await inDatabase(name, STORE, 'readonly', (store) => store.get(KEY))) as BindingKey | undefined) ?? null,
  save: async (keys) => {
    try {
      await inDatabase(name, STORE, 'readwrite', (store) => store.add(keys, KEY));
    } catch (error) {
      // There is one already, of another tab.
      if ((error as Error).name !== 'ConstraintError') throw error;
    }
  },
});
