import type { Redis } from '#libs/redis';
import { GRACE_MS, IDLE_MS, lapsesAt, LIFE_MS, type Rotation, type Session } from './session.ts';
import { namesOf, SessionStore } from './session-store.ts';
import { told } from './told.ts';

/**
 * KEYS: the session. ARGV: the hash that is presented, the next one, what the presented one buys, how long it buys it,
 * and how long a session lasts that nobody uses. The clock is that of Redis: gateways may disagree.
 */
const ROTATE = `
local held = redis.call('HMGET', KEYS[1], 'current', 'userId', 'endsAt', 'previous', 'rotatedAt', 'successor')
if not held[1] then return {'unknown'} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if held[1] == ARGV[1] then
  redis.call('HSET', KEYS[1], 'current', ARGV[2], 'previous', ARGV[1], 'successor', ARGV[3],
    'rotatedAt', now, 'usedAt', now)
  redis.call('PEXPIREAT', KEYS[1], math.min(tonumber(held[3]), now + ARGV[5]))
  return {'rotated', held[2]}
end
if held[4] == ARGV[1] and now - held[5] < tonumber(ARGV[4]) then return {'again', held[2], held[6]} end
redis.call('DEL', KEYS[1])
return {'reused', held[2]}`;

/** KEYS: the session. ARGV: when it lapses, then names and values. Nothing where there is none. */
const CHANGE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIREAT', KEYS[1], ARGV[1])
return 1`;

const NUMBERS = ['createdAt', 'usedAt', 'endsAt', 'rotatedAt', 'renewAt'];

/** Sessions in Redis 7 or later, which all gateways share. Every key goes alone, so that a cluster has them, too. */
export class SessionStoreRedis extends SessionStore {
  constructor(private readonly redis: Redis) {
    super();
  }

  create(id: string, session: Session): Promise<void> {
    return told(async () => {
      // Indexes first: a session that no index names could not be ended with the others.
      const indexes = [userKey(session.userId), ...namesOf(session).map(nameKey)];
      for (const index of indexes) {
        await this.redis.zadd(index, session.endsAt, id);
        await this.redis.pexpire(index, LIFE_MS);
      }
      const key = sessionKey(id);
      await this.redis.hset(key, written(session));
      await this.redis.pexpireat(key, lapsesAt(session));
    });
  }

  get(id: string): Promise<Session | undefined> {
    return told(async () => read(await this.redis.hgetall(sessionKey(id))));
  }

  ofUser(userId: string): Promise<Map<string, Session>> {
    return told(async () => {
      const ids = await this.idsAt(userKey(userId));
      const sessions = await Promise.all(ids.map((id) => this.get(id)));
      return new Map(ids.flatMap((id, i) => (sessions[i] ? [[id, sessions[i]] as const] : [])));
    });
  }

  ofProvider(name: string): Promise<string[]> {
    return told(() => this.idsAt(nameKey(name)));
  }

  rotate(id: string, presented: string, next: string, successor: string): Promise<Rotation> {
    return told(async () => {
      const given = [presented, next, successor, GRACE_MS, IDLE_MS];
      const answer = (await this.redis.eval(ROTATE, 1, sessionKey(id), ...given)) as string[];
      const [kind, userId, before] = answer;
      return { kind, userId, successor: before } as Rotation;
    });
  }

  change(id: string, changes: Partial<Session>): Promise<boolean> {
    return told(async () => {
      const session = await this.get(id);
      if (!session) return false;
      const fields = Object.entries(written(changes)).flat();
      const at = lapsesAt({ ...session, ...changes });
      return (await this.redis.eval(CHANGE, 1, sessionKey(id), `${at}`, ...fields)) === 1;
    });
  }

  end(id: string): Promise<boolean> {
    return told(async () => (await this.redis.del(sessionKey(id))) === 1);
  }

  private async idsAt(index: string): Promise<string[]> {
    await this.redis.zremrangebyscore(index, '-inf', `${Date.now()}`);
    return this.redis.zrange(index, '0', '-1');
  }
}

const sessionKey = (id: string): string => `atrium:session:${id}`;
const userKey = (userId: string): string => `atrium:sessions-of-user:${userId}`;
const nameKey = (name: string): string => `atrium:sessions-of-provider:${name}`;

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
