import { loadConfig } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import { createLogger } from '#libs/observe';
import type { Redis } from '#libs/redis';
import { SessionEnds } from './session-ends.ts';
import type { SessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';

/**
 * Sessions in a store, and what the audit log has of them.
 * @param redis where their ends are published, if anywhere
 * @param most how many one user may have
 */
export function sessionsOf(store: SessionStore, redis: Redis | null = null, most = 50) {
  const log: Record<string, unknown>[] = [];
  const write = (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>);
  const audit = new Audit(createLogger('spec', 'info', { write }));
  const ends = new SessionEnds(redis);
  return {
    sessions: new Sessions(store, ends, audit, loadConfig({ MAX_SESSIONS_PER_ACCOUNT: `${most}` })),
    ends,
    audit,
    log,
  };
}
