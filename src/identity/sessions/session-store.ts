import type { Rotation, Session } from './session.ts';

/** Where sessions are kept. What fails throws `OVERLOADED`: nobody is logged out because Redis is away. */
export abstract class SessionStore {
  /**
   * Keeps a new session. Of its user there are at most `most` then: the oldest others end, once each, whichever gateways
   * create sessions of the user at the same moment.
   * @returns the ids of those that it ended
   */
  abstract create(id: string, session: Session, most: number): Promise<string[]>;

  /** A session that is not over. */
  abstract get(id: string): Promise<Session | undefined>;

  /** All sessions of a user, by id. */
  abstract ofUser(userId: string): Promise<Map<string, Session>>;

  /** The ids of the sessions that a provider knows by this name. */
  abstract ofProvider(name: string): Promise<string[]>;

  /** Puts one secret in the place of another, once, whoever else tries at the same moment. */
  abstract rotate(id: string, presented: string, next: string, successor: string): Promise<Rotation>;

  /**
   * Changes a session that is there.
   * @param renewals how often it must have been renewed; nothing changes otherwise
   * @returns whether it is there, and so
   */
  abstract change(id: string, changes: Partial<Session>, renewals?: number): Promise<boolean>;

  /** @returns whether there was one to end: of two who try, one is told yes */
  abstract end(id: string): Promise<boolean>;
}

/** Whom a provider speaks of: a user, a session, or both. */
export interface AtProvider {
  provider: string;
  userId?: string;
  sessionId?: string;
}

/** The name of what a provider speaks of; that of the user where it names both. */
export const nameAt = ({ provider, userId, sessionId }: AtProvider): string =>
  userId === undefined ? `${provider} sid ${sessionId}` : `${provider} sub ${userId}`;

/** The names that a provider may end a session by: that of the session, and that of the user. */
export function namesOf({ provider, providerSessionId: sessionId, providerUserId: userId }: Session): string[] {
  if (!provider) return [];
  return [nameAt({ provider, userId: userId! }), ...(sessionId ? [nameAt({ provider, sessionId })] : [])];
}
