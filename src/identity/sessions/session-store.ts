import type { Rotation, Session } from './session.ts';

/** The store of sessions. Its methods throw `OVERLOADED` if it is unavailable, so that a Redis outage logs nobody out. */
export abstract class SessionStore {
  /**
   * Stores a new session, and ends the user's oldest others above the limit, each once, even if several gateways create
   * sessions of the user at the same time.
   * @returns the ids of the ended sessions
   */
  abstract create(id: string, session: Session, max: number): Promise<string[]>;

  /** An active session. */
  abstract get(id: string): Promise<Session | undefined>;

  /** All sessions of a user, by id. */
  abstract ofUser(userId: string): Promise<Map<string, Session>>;

  /** The ids of the sessions with this name at a provider. */
  abstract ofProvider(name: string): Promise<string[]>;

  /** Replaces the secret of a session, atomically: of concurrent calls, one succeeds. */
  abstract rotate(id: string, presented: string, next: string, successor: string): Promise<Rotation>;

  /**
   * Changes an active session.
   * @param renewals the required count of renewals; with another count, nothing changes
   * @returns whether it was changed
   */
  abstract change(id: string, changes: Partial<Session>, renewals?: number): Promise<boolean>;

  /** Ends a session. @returns whether it was active: of concurrent calls, only one gets true */
  abstract end(id: string): Promise<boolean>;
}

/** The subject of a provider's logout: a user, a session, or both. */
export interface AtProvider {
  provider: string;
  userId?: string;
  sessionId?: string;
}

/** The index name of that subject; that of the user if there are both. */
export const nameAt = ({ provider, userId, sessionId }: AtProvider): string =>
  userId === undefined ? `${provider} sid ${sessionId}` : `${provider} sub ${userId}`;

/** The index names of a session at its provider: one for its session there, one for its user. */
export function namesOf({ provider, providerSessionId: sessionId, providerUserId: userId }: Session): string[] {
  if (!provider) return [];
  return [nameAt({ provider, userId: userId! }), ...(sessionId ? [nameAt({ provider, sessionId })] : [])];
}
