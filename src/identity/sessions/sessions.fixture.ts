import { loadConfig } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import { createLogger } from '#libs/observe';
import type { Redis } from '#libs/redis';
import { SessionEnds } from './session-ends.ts';
import type { SessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';

/**
 * Sessions in a store, with their audit log.
 * @param redis publishes their ends, if given
 * @param max the maximum number of sessions of a user
 */
export function sessionsOf(store: SessionStore, redis: Redis | null = null, max = 50) {
  const log: Record<string, unknown>[] = [];
  const write = (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>);
  const audit = new Audit(createLogger('spec', 'info', { write }));
  const ends = new SessionEnds(redis);
  return {
    sessions: new Sessions(store, ends, audit, loadConfig({ MAX_SESSIONS_PER_ACCOUNT: `${max}` })),
    ends,
    audit,
    log,
  };
}
