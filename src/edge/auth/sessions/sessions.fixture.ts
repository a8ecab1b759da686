import { Audit } from '#gateway/edge/auth/audit';
import { createLogger } from '#libs/observe';
import type { Redis } from '#libs/redis';
import { SessionEnds } from './session-ends.ts';
import type { SessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';

/** Sessions in a store, and what the audit log has of them. @param redis where their ends are told, if anywhere */
export function sessionsOf(store: SessionStore, redis: Redis | null = null) {
  const log: Record<string, unknown>[] = [];
  const write = (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>);
  const audit = new Audit(createLogger('spec', 'info', { write }));
  const ends = new SessionEnds(redis);
  return { sessions: new Sessions(store, ends, audit), ends, audit, log };
}
