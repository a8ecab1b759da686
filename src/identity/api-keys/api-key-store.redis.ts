import { redisKeys } from '#gateway/config/redis-keys';
import { orOverloaded } from '#gateway/identity/sessions/or-overloaded';
import { defineScript, type Redis } from '#libs/redis';
import type { ApiKey } from './api-key.ts';
import { type ApiKeyChanges, ApiKeyStore, byAge } from './api-key-store.ts';

/**
 * KEYS: the key. ARGV: how long it is valid in milliseconds or an empty string, a field that it must not have or an empty string, then field names and
 * values. Returns 0 if nothing was changed.
 */
const changeScript = defineScript<number>(
  'changeApiKey',
  1,
  `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[2] ~= '' and redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then return 0 end
if #ARGV > 2 then redis.call('HSET', KEYS[1], unpack(ARGV, 3)) end
if ARGV[1] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 1`,
);

const NUMBERS = ['createdAt', 'expiresAt', 'lastUsedAt'] as const;

/** API keys in Redis, shared by all gateways. Every command touches one Redis key, so that it works on a cluster. */
export class ApiKeyStoreRedis extends ApiKeyStore {
  constructor(private readonly redis: Redis) {
    super();
  }

  create(key: ApiKey): Promise<void> {
    return orOverloaded(async () => {
      // The index comes first, so that every usable key can be listed and revoked.
      await this.redis.sadd(redisKeys.apiKeys(), key.id);
      await this.redis.hset(redisKeys.apiKey(key.id), written(key));
      if (key.expiresAt !== undefined) await this.redis.pexpire(redisKeys.apiKey(key.id), leftMs(key.expiresAt));
    });
  }

  get(id: string): Promise<ApiKey | undefined> {
    return orOverloaded(async () => read(await this.redis.hgetall(redisKeys.apiKey(id))));
  }

  all(): Promise<ApiKey[]> {
    return orOverloaded(async () => {
      const ids = await this.redis.smembers(redisKeys.apiKeys());
      const found = await Promise.all(ids.map(async (id) => read(await this.redis.hgetall(redisKeys.apiKey(id)))));
      const over = ids.filter((_, i) => !found[i]);
      if (over.length) await this.redis.srem(redisKeys.apiKeys(), ...over);
      return found.filter((key) => key !== undefined).sort(byAge);
    });
  }

  change(id: string, changes: ApiKeyChanges): Promise<boolean> {
    return orOverloaded(async () => {
      const fields = Object.entries(written(changes)).flat();
      const once = changes.replacedBy === undefined ? '' : 'replacedBy';
      const forMs = changes.expiresAt === undefined ? '' : leftMs(changes.expiresAt);
      const given = [`${forMs}`, once, ...fields];
      return (await changeScript(this.redis, [redisKeys.apiKey(id)], ...given)) === 1;
    });
  }

  end(id: string): Promise<boolean> {
    return orOverloaded(async () => {
      const wasThere = (await this.redis.del(redisKeys.apiKey(id))) === 1;
      await this.redis.srem(redisKeys.apiKeys(), id);
      return wasThere;
    });
  }
}

/** The time until an expiry, as the clock of Redis may be another; at once for one that has passed. */
const leftMs = (expiresAt: number): number => Math.max(0, Math.ceil(expiresAt - Date.now()));

/** The fields of a key; an empty limit is none. */
function written({
  scopes,
  rateLimit,
  ...rest
}: Partial<Omit<ApiKey, 'rateLimit'>> & ApiKeyChanges): Record<string, string> {
  const texts = {
    ...(scopes ? { scopes: scopes.join(' ') } : {}),
    ...(rateLimit === undefined ? {} : { rateLimit: rateLimit ? JSON.stringify(rateLimit) : '' }),
  };
  const fields = Object.entries({ ...rest, ...texts });
  return Object.fromEntries(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])));
}

function read(fields: Record<string, string>): ApiKey | undefined {
  if (!fields['hash']) return undefined;
  const { rateLimit, ...rest } = fields;
  const key: Record<string, unknown> = { ...rest, scopes: fields['scopes']!.split(' ').filter(Boolean) };
  if (rateLimit) key['rateLimit'] = JSON.parse(rateLimit);
  for (const name of NUMBERS) if (fields[name]) key[name] = Number(fields[name]);
  return key as unknown as ApiKey;
}
