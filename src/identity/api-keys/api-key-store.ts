import type { ApiKey } from './api-key.ts';

/** Where API keys are kept. What fails throws `OVERLOADED`. */
export abstract class ApiKeyStore {
  /** Keeps a new key. */
  abstract create(key: ApiKey): Promise<void>;

  /** A key that has not ended. */
  abstract get(id: string): Promise<ApiKey | undefined>;

  /** All that have not ended, the oldest first. */
  abstract all(): Promise<ApiKey[]>;

  /** Changes a key that is there. @returns whether it is */
  abstract change(
    id: string,
    changes: Partial<Pick<ApiKey, 'expiresAt' | 'lastUsedAt' | 'replacedBy'>>,
  ): Promise<boolean>;

  /** Ends a key. @returns whether there was one */
  abstract end(id: string): Promise<boolean>;
}

/** Whether a key has not ended. */
export const isLive = ({ expiresAt }: ApiKey): boolean => expiresAt === undefined || expiresAt > Date.now();

/** The oldest first. */
export const byAge = (one: ApiKey, other: ApiKey): number =>
  one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);
