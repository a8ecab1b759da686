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

  /** Changes a session that is there. @returns whether it is */
  abstract change(id: string, changes: Partial<Session>): Promise<boolean>;

  /** @returns whether there was one to end: of two who try, one is told yes */
  abstract end(id: string): Promise<boolean>;
}

/** The names that a provider may end a session by: that of the session, and that of the user. */
export function namesOf({ provider, providerSessionId, providerUserId }: Session): string[] {
  if (!provider) return [];
  return [
    `${provider} sub ${providerUserId}`,
    ...(providerSessionId ? [`${provider} sid ${providerSessionId}`] : []),
  ];
}
