import { GRACE_MS, lapsesAt, type Rotation, type Session } from './session.ts';
import { namesOf, SessionStore } from './session-store.ts';

/** The maximum number of sessions of all users; above it, the oldest ends. */
const MAX_SESSIONS = 100_000;

/** Sessions in process memory: they are lost at exit. */
export class SessionStoreMemory extends SessionStore {
  private readonly sessions = new Map<string, Session>();
  /** The session ids of each user, oldest first. */
  private readonly idsOf = new Map<string, Set<string>>();

  async create(id: string, session: Session, max: number): Promise<string[]> {
    const { userId } = session;
    this.sessions.set(id, session);
    const ids = this.idsOf.get(userId);
    if (ids) ids.add(id);
    else this.idsOf.set(userId, new Set([id]));
    const theirs = [...this.of(userId).keys()];
    const ended = theirs.slice(0, Math.max(0, theirs.length - max));
    for (const one of ended) this.remove(one);
    if (this.sessions.size > MAX_SESSIONS) {
      const oldest = this.sessions.keys().next().value!;
      this.remove(oldest);
      ended.push(oldest);
    }
    return ended;
  }

  async get(id: string): Promise<Session | undefined> {
    return this.find(id);
  }

  async ofUser(userId: string): Promise<Map<string, Session>> {
    return this.of(userId);
  }

  async ofProvider(name: string): Promise<string[]> {
    return [...this.sessions].filter(([, session]) => namesOf(session).includes(name)).map(([id]) => id);
  }

  async rotate(id: string, presented: string, next: string, successor: string): Promise<Rotation> {
    const session = this.sessions.get(id);
    const now = Date.now();
    if (!session || lapsesAt(session) <= now) return { kind: 'unknown' };
    const { userId } = session;
    if (session.current === presented) {
      const used = { previous: presented, rotatedAt: now, successor, usedAt: now };
      this.sessions.set(id, { ...session, ...used, current: next });
      return { kind: 'rotated', userId };
    }
    if (session.previous === presented && now - session.rotatedAt! < GRACE_MS) {
      return { kind: 'again', userId, successor: session.successor! };
    }
    this.remove(id);
    return { kind: 'reused', userId };
  }

  async change(id: string, changes: Partial<Session>, renewals?: number): Promise<boolean> {
    const session = this.find(id);
    if (!session || (renewals !== undefined && (session.renewals ?? 0) !== renewals)) return false;
    this.sessions.set(id, { ...session, ...changes });
    return true;
  }

  async end(id: string): Promise<boolean> {
    return this.remove(id);
  }

  private find(id: string): Session | undefined {
    const session = this.sessions.get(id);
    if (!session || lapsesAt(session) > Date.now()) return session && { ...session };
    this.remove(id);
    return undefined;
  }

  private of(userId: string): Map<string, Session> {
    const theirs = new Map<string, Session>();
    for (const id of this.idsOf.get(userId) ?? []) {
      const session = this.find(id);
      if (session) theirs.set(id, session);
    }
    return theirs;
  }

  private remove(id: string): boolean {
    const session = this.sessions.get(id);
    if (!session) return false;
    const ids = this.idsOf.get(session.userId);
    ids?.delete(id);
    if (!ids?.size) this.idsOf.delete(session.userId);
    return this.sessions.delete(id);
  }
}
