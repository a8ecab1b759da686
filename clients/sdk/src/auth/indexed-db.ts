// As much of IndexedDB as is used here: platforms without it have no types of it either.
interface IdbRequest<Found> {
  readonly result: Found;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
  onupgradeneeded?: (() => void) | null;
}
interface IdbObjectStore {
  get(key: string): IdbRequest<unknown>;
  add(value: unknown, key: string): IdbRequest<unknown>;
  put(value: unknown, key: string): IdbRequest<unknown>;
  delete(key: string): IdbRequest<unknown>;
}
interface IdbTransaction {
  readonly error: Error | null;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): IdbObjectStore;
}
interface IdbDatabase {
  createObjectStore(name: string): unknown;
  transaction(store: string, mode: 'readonly' | 'readwrite'): IdbTransaction;
  close(): void;
}
type WithIndexedDb = { indexedDB: { open(name: string, version: number): IdbRequest<IdbDatabase> } };

/** Runs one request in a transaction of its own on the only store of a database. @returns what it found */
export async function inDatabase<Found>(
  name: string,
  store: string,
  mode: 'readonly' | 'readwrite',
  request: (store: IdbObjectStore) => IdbRequest<Found>,
): Promise<Found> {
  const database = await new Promise<IdbDatabase>((resolve, reject) => {
    const opening = (globalThis as unknown as WithIndexedDb).indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(store);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error!);
  });
  try {
    return await new Promise<Found>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const pending = request(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(pending.result);
      transaction.onabort = () => reject(transaction.error!);
    });
  } finally {
    database.close();
  }
}
