import { redisKeys } from '#gateway/config/redis-keys';
import { defineScript, type Redis } from '#libs/redis';
import { GRACE_MS, IDLE_MS, lapsesAt, LIFE_MS, type Rotation, type Session } from './session.ts';
import { namesOf, SessionStore } from './session-store.ts';
import { orOverloaded } from './or-overloaded.ts';

/**
 * KEYS: the session. ARGV: the presented hash, the next one, the encrypted successor of the presented one, the grace
 * period, the idle timeout, and the time of the gateway, by which the session ends. Times between two rotations are by the
 * clock of Redis, because gateways' clocks may differ.
 */
const rotateScript = defineScript<string[]>(
  'rotateSession',
  1,
  `
local held = redis.call('HMGET', KEYS[1], 'current', 'userId', 'endsAt', 'previous', 'rotatedAt', 'successor')
if not held[1] then return {'unknown'} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if held[1] == ARGV[1] then
  redis.call('HSET', KEYS[1], 'current', ARGV[2], 'previous', ARGV[1], 'successor', ARGV[3],
    'rotatedAt', now, 'usedAt', now)
  redis.call('PEXPIRE', KEYS[1], math.min(held[3] - ARGV[6], tonumber(ARGV[5])))
  return {'rotated', held[2]}
end
if held[4] == ARGV[1] and now - held[5] < tonumber(ARGV[4]) then return {'again', held[2], held[6]} end
redis.call('DEL', KEYS[1])
return {'reused', held[2]}`,
);

/** KEYS: the session. ARGV: how long it lasts unused in milliseconds, then field names and values. */
const createScript = defineScript(
  'createSession',
  1,
  `
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])`,
);

/**
 * KEYS: an index. ARGV: the session id, its latest end, the TTL of the index, the maximum number of ids, and the time of the gateway. Returns all
 * ids, oldest first, if there are more.
 */
const indexScript = defineScript<string[]>(
  'indexSession',
  1,
  `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[5])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if redis.call('ZCARD', KEYS[1]) <= tonumber(ARGV[4]) then return {} end
return redis.call('ZRANGE', KEYS[1], 0, -1)`,
);

/**
 * KEYS: the session. ARGV: how long it lasts unused in milliseconds, the required count of renewals (empty for any), then field names and values.
 * Returns nil if there is no such session.
 */
const changeScript = defineScript<number>(
  'changeSession',
  1,
  `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[2] ~= '' and (redis.call('HGET', KEYS[1], 'renewals') or '0') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`,
);

const NUMBERS = ['createdAt', 'usedAt', 'endsAt', 'rotatedAt', 'renewAt', 'renewals', 'claimedUntil', 'authTime'];

/** Sessions in Redis 7 or later, shared by all gateways. Every command touches one key, so that it works on a cluster. */
export class SessionStoreRedis extends SessionStore {
  constructor(private readonly redis: Redis) {
    super();
  }

  create(id: string, session: Session, max: number): Promise<string[]> {
    return orOverloaded(async () => {
      // The session precedes the indexes, so that a concurrent `create` sees it. Its token is returned after them, so that
      // no session is in use that could not be ended with the others.
      const fields = Object.entries(written(session)).flat();
      await createScript(this.redis, [redisKeys.session(id)], lapsesInMs(session), ...fields);
      for (const name of namesOf(session))
        await this.index(redisKeys.sessionsOfProvider(name), id, session.endsAt, max);
      const theirs = await this.index(redisKeys.sessionsOfUser(session.userId), id, session.endsAt, max);
      const others = theirs.filter((one) => one !== id);
      const oldest = others.slice(0, Math.max(0, theirs.length - max));
      const wasThere = await Promise.all(oldest.map((one) => this.end(one)));
      if (oldest.length) await this.redis.zrem(redisKeys.sessionsOfUser(session.userId), ...oldest);
      return oldest.filter((_, i) => wasThere[i]);
    });
  }

  get(id: string): Promise<Session | undefined> {
    return orOverloaded(async () => read(await this.redis.hgetall(redisKeys.session(id))));
  }

  ofUser(userId: string): Promise<Map<string, Session>> {
    return orOverloaded(async () => {
      const ids = await this.idsAt(redisKeys.sessionsOfUser(userId));
      const sessions = await Promise.all(ids.map((id) => this.get(id)));
      return new Map(ids.flatMap((id, i) => (sessions[i] ? [[id, sessions[i]] as const] : [])));
    });
  }

  ofProvider(name: string): Promise<string[]> {
    return orOverloaded(() => this.idsAt(redisKeys.sessionsOfProvider(name)));
  }

  rotate(id: string, presented: string, next: string, successor: string): Promise<Rotation> {
    return orOverloaded(async () => {
      const given = [presented, next, successor, GRACE_MS, IDLE_MS, Date.now()];
      const answer = await rotateScript(this.redis, [redisKeys.session(id)], ...given);
      const [kind, userId, before] = answer;
      return { kind, userId, successor: before } as Rotation;
    });
  }

  change(id: string, changes: Partial<Session>, renewals?: number): Promise<boolean> {
    return orOverloaded(async () => {
      const session = await this.get(id);
      if (!session) return false;
      const fields = Object.entries(written(changes)).flat();
      const inMs = lapsesInMs({ ...session, ...changes });
      const expected = renewals === undefined ? '' : `${renewals}`;
      return (await changeScript(this.redis, [redisKeys.session(id)], inMs, expected, ...fields)) === 1;
    });
  }

  end(id: string): Promise<boolean> {
    return orOverloaded(async () => (await this.redis.del(redisKeys.session(id))) === 1);
  }

  /**
   * Adds a session to an index. The index may contain ids of ended sessions, which are dropped if it exceeds its limit.
   * @returns the ids of active sessions, oldest first, if there may be more than the limit; else none
   */
  private async index(index: string, id: string, endsAt: number, max: number): Promise<string[]> {
    const ids = await indexScript(this.redis, [index], id, endsAt, LIFE_MS, max, Date.now());
    const isThere = await Promise.all(ids.map((one) => this.redis.exists(redisKeys.session(one))));
    const over = ids.filter((_, i) => !isThere[i]);
    if (over.length) await this.redis.zrem(index, ...over);
    return ids.filter((_, i) => isThere[i]);
  }

  private async idsAt(index: string): Promise<string[]> {
    await this.redis.zremrangebyscore(index, '-inf', `${Date.now()}`);
    return this.redis.zrange(index, '0', '-1');
  }
}

/** How long the store keeps a session that is not used: the clock of Redis may be another. */
const lapsesInMs = (session: Session): number => Math.max(0, Math.ceil(lapsesAt(session) - Date.now()));

function written(session: Partial<Session>): Record<string, string> {
  const { scopes, ...rest } = session;
  const fields = Object.entries({ ...rest, ...(scopes ? { scopes: scopes.join(' ') } : {}) });
  return Object.fromEntries(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])));
}

function read(fields: Record<string, string>): Session | undefined {
  if (!fields['current']) return undefined;
  const session: Record<string, unknown> = { ...fields };
  for (const name of NUMBERS) if (fields[name]) session[name] = Number(fields[name]);
  if (fields['scopes'] !== undefined) session['scopes'] = fields['scopes'].split(' ').filter(Boolean);
  return session as unknown as Session;
}
