import type { ApiKey } from './api-key.ts';

/** Changes of a stored key. Without `rateLimit`, its limit stays; null removes it. */
export type ApiKeyChanges = Partial<Pick<ApiKey, 'name' | 'expiresAt' | 'lastUsedAt' | 'replacedBy'>> & {
  rateLimit?: ApiKey['rateLimit'] | null;
};

/** The store of API keys. Its methods throw `OVERLOADED` if it is unavailable. */
export abstract class ApiKeyStore {
  /** Stores a new key. */
  abstract create(key: ApiKey): Promise<void>;

  /** An unexpired key by its id. */
  abstract get(id: string): Promise<ApiKey | undefined>;

  /** All unexpired keys, oldest first. */
  abstract all(): Promise<ApiKey[]>;

  /**
   * Updates an existing key. A key is replaced once: of concurrent changes with `replacedBy`, one succeeds.
   * @returns whether it exists, and was changed
   */
  abstract change(id: string, changes: ApiKeyChanges): Promise<boolean>;

  /** Revokes a key. @returns whether it existed */
  abstract end(id: string): Promise<boolean>;
}

/** Whether a key is unexpired. */
export const isLive = ({ expiresAt }: ApiKey): boolean => expiresAt === undefined || expiresAt > Date.now();

/** Compares by creation time, oldest first. */
export const byAge = (one: ApiKey, other: ApiKey): number =>
  one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);
