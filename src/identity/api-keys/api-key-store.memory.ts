import type { ApiKey } from './api-key.ts';
import { type ApiKeyChanges, ApiKeyStore, byAge, isLive } from './api-key-store.ts';

/** API keys in process memory: they are lost at exit. */
export class ApiKeyStoreMemory extends ApiKeyStore {
  private readonly keys = new Map<string, ApiKey>();

  async create(key: ApiKey): Promise<void> {
    for (const one of this.keys.values()) if (!isLive(one)) this.keys.delete(one.id);
    this.keys.set(key.id, key);
  }

  async get(id: string): Promise<ApiKey | undefined> {
    const key = this.keys.get(id);
    return key && isLive(key) ? key : undefined;
  }

  async all(): Promise<ApiKey[]> {
    return [...this.keys.values()].filter(isLive).sort(byAge);
  }

  async change(id: string, { rateLimit, ...changes }: ApiKeyChanges): Promise<boolean> {
    const key = this.keys.get(id);
    if (!key || !isLive(key) || (changes.replacedBy !== undefined && key.replacedBy !== undefined)) return false;
    const { rateLimit: before, ...rest } = key;
    const limit = rateLimit === undefined ? before : rateLimit;
    this.keys.set(id, { ...rest, ...changes, ...(limit && { rateLimit: limit }) });
    return true;
  }

  async end(id: string): Promise<boolean> {
    const wasThere = (await this.get(id)) !== undefined;
    this.keys.delete(id);
    return wasThere;
  }
}
