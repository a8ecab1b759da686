import { redisKeys } from '#gateway/config/redis-keys';
import type { Redis } from '#libs/redis';
import { type Finding, problem, reasonOf } from './finding.ts';

const KEY = 'atrium:doctor';

/** A command of each kind that the gateway sends, on keys that are not there: none changes anything. */
const COMMANDS: readonly [name: string, ...args: string[]][] = [
  ['get', KEY],
  ['set', KEY, '', 'XX', 'PX', '1'],
  ['del', KEY],
  ['hget', KEY, 'field'],
  ['zrem', KEY, 'member'],
  ['smembers', KEY],
  ['xread', 'COUNT', '1', 'STREAMS', KEY, '0'],
  ['publish', KEY, ''],
  ['evalsha', '0'.repeat(40), '1', KEY],
  ['bzpopmin', `${redisKeys.jobs()}:doctor`, '0.01'],
];

/** Refusals that have a finding of their own, and that of a script which it has not. */
const FOUND_ELSEWHERE = /^(READONLY|OOM|MOVED|NOSCRIPT)/;

/** What Redis refuses of that which the gateway sends. */
export async function refusedCommands(about: string, redis: Redis): Promise<Finding[]> {
  const refusals: { name: string; reason: string }[] = [];
  for (const [name, ...args] of COMMANDS) {
    const reason = await redis.call(name, ...args).then(() => '', reasonOf);
    if (reason && !FOUND_ELSEWHERE.test(reason)) refusals.push({ name, reason });
  }
  const [first] = refusals;
  if (!first) return [];
  const names = refusals.map(({ name }) => name.toUpperCase()).join(', ');
  const advice = adviceForRefusal(first.reason) ?? 'Look at its log and its redis.conf.';
  return [problem(about, `refuses what the gateway sends (${names}): ${first.reason}`, advice)];
}

/** What to do about a command that is refused; undefined where it is not known. */
export function adviceForRefusal(reason: string): string | undefined {
  if (reason.startsWith('NOPERM'))
    return 'Allow it in the ACL of the user: ~atrium:* &atrium:* +@all -@dangerous +info.';
  if (/unknown command/i.test(reason)) return 'Its redis.conf renames or disables the command: rename-command.';
  if (reason.startsWith('NOREPLICAS')) return 'Start its replicas, or lower min-replicas-to-write.';
  if (reason.startsWith('MISCONF'))
    return 'Free its disk and look at its log, or set stop-writes-on-bgsave-error no.';
  if (reason.startsWith('BUSY')) return 'A script runs in it: end that, with SCRIPT KILL.';
  return undefined;
}
