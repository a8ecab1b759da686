import { redisTls } from '#gateway/config/redis';
import { closeRedis, LEAST_REDIS, openRedis, type Redis, versionsIn } from '#libs/redis';
import { createLogger } from '#libs/observe';
import { clockFinding } from './clock.ts';
import { type Finding, ok, problem, reasonOf, warning } from './finding.ts';
import type { Given } from './given.ts';
import { adviceForRefusal, refusedCommands } from './redis-commands.ts';

const WAIT_MS = 3_000;
/** The share of the memory that is warned of. */
const NEARLY_FULL = 0.9;

/** The address without a user and a password. */
const addressOf = (url: string): string => url.replace(/^[^:]+:\/\/(?:[^@/]*@)?/, '');

/** Whether Redis is reachable, new enough, and set up to keep what it is given. */
export async function checkRedis({ config }: Given): Promise<Finding[]> {
  if (!config) return [];
  if (!config.REDIS_URL)
    return [
      ok(
        'REDIS_URL',
        'is unset: this gateway keeps sessions, limits and jobs by itself, which suits a single one',
      ),
    ];
  const about = `Redis ${addressOf(config.REDIS_URL)}`;
  const redis = await openRedis(config.REDIS_URL, createLogger('doctor', 'silent'), WAIT_MS, redisTls(config));
  try {
    await ready(redis);
    return await findings(about, redis, config.REDIS_URL.includes('+cluster:'));
  } catch (error) {
    const reason = reasonOf(error);
    return [
      problem(
        about,
        `cannot be used: ${reason}`,
        `${adviceFor(reason)} Without it there are no logins and no jobs.`,
      ),
    ];
  } finally {
    await closeRedis(redis);
  }
}

function adviceFor(reason: string): string {
  if (/certificate|altnames/i.test(reason))
    return 'Set REDIS_CA_FILE to its authority, and REDIS_URL to a host of its certificate; REDIS_CERT_FILE where it requires one.';
  if (reason.startsWith('LOADING')) return 'It reads its data: wait for that.';
  if (/NOAUTH|WRONGPASS/.test(reason))
    return 'Set the user and the password in REDIS_URL: redis://user:password@host.';
  if (reason.includes('RESP type'))
    return 'Another program answers at this address: set the one of Redis in REDIS_URL.';
  return adviceForRefusal(reason) ?? 'Start it, and check the address in REDIS_URL.';
}

async function findings(about: string, redis: Redis, isCluster: boolean): Promise<Finding[]> {
  const before = Date.now();
  const [seconds, microseconds] = (await redis.time()) as unknown as [string, string];
  const theirs = Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  const info = await redis.info();
  await redis.eval('return 1', 0);
  const valueOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const { redis: version, own } = versionsIn(info);
  const isOld = Number.parseInt(version) < LEAST_REDIS;
  return [
    isOld
      ? problem(about, `has version ${version}`, `Use Redis ${LEAST_REDIS} or later.`)
      : ok(
          about,
          own ? `answers, ${own}, which is compatible with Redis ${version}` : `answers, version ${version}`,
        ),
    ...(isCluster ? [] : roleOf(about, valueOf('role'), valueOf('cluster_enabled'))),
    evictionOf(about, valueOf('maxmemory_policy'), valueOf('maxmemory')),
    ...roomOf(about, Number(valueOf('used_memory')), Number(valueOf('maxmemory'))),
    ...(await refusedCommands(about, redis)),
    persistenceOf(about, valueOf('aof_enabled'), await savesOf(redis)),
    clockFinding(about, theirs, before, Date.now()),
  ];
}

function roleOf(about: string, role: string, clusterEnabled: string): Finding[] {
  if (clusterEnabled === '1')
    return [
      problem(
        about,
        'is a node of a cluster: it refuses most keys',
        'Write redis+cluster:// in REDIS_URL, with its nodes.',
      ),
    ];
  if (role !== 'slave') return [];
  const advice = 'Set REDIS_URL to its primary, or to its sentinels (redis+sentinel://).';
  return [problem(about, 'is a replica, which takes no writes: there are no logins and no jobs', advice)];
}

/** How much of the memory that Redis may use is free, where it is little. */
function roomOf(about: string, usedBytes: number, maxBytes: number): Finding[] {
  if (maxBytes === 0 || usedBytes < NEARLY_FULL * maxBytes) return [];
  const message = `uses ${Math.round((100 * usedBytes) / maxBytes)} % of its maxmemory: when it is full it refuses or evicts what is new`;
  const advice = 'Raise maxmemory, in redis.conf or with CONFIG SET.';
  return [usedBytes < maxBytes ? warning(about, message, advice) : problem(about, message, advice)];
}

function evictionOf(about: string, policy: string, max: string): Finding {
  if (policy === 'noeviction') return ok(about, 'evicts nothing (maxmemory-policy noeviction)');
  const message = `maxmemory-policy is ${policy}: when it is full it deletes sessions and jobs`;
  const advice = 'Set maxmemory-policy noeviction, in redis.conf or with CONFIG SET.';
  // Without a limit there is no eviction yet.
  return max === '0' && policy.startsWith('volatile')
    ? warning(about, message, advice)
    : problem(about, message, advice);
}

function persistenceOf(about: string, aof: string, saves: string): Finding {
  if (aof === '1') return ok(about, 'writes every command to its disk (appendonly yes)');
  const advice = 'Set appendonly yes, in redis.conf or with CONFIG SET.';
  if (saves)
    return warning(about, `writes snapshots alone (save ${saves}): a crash loses the jobs since the last`, advice);
  return warning(about, 'writes nothing to its disk: a restart loses sessions and jobs', advice);
}

/** The rule for snapshots; empty for none, or where CONFIG is not allowed. */
async function savesOf(redis: Redis): Promise<string> {
  const answer = await redis.config('GET', 'save').catch(() => []);
  return String((answer as string[])[1] ?? '');
}

function ready(redis: Redis): Promise<unknown> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    redis.once('ready', resolve);
    redis.once('error', reject);
    setTimeout(() => reject(new Error(`no answer within ${WAIT_MS / 1_000} s`)), WAIT_MS).unref();
  });
}
