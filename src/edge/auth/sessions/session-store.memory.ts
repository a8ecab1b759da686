import { GRACE_MS, lapsesAt, type Rotation, type Session } from './session.ts';
import { namesOf, SessionStore } from './session-store.ts';

/** How many are kept; beyond that the oldest is over. */
const MOST = 100_000;

/** Sessions in this process: they end with it. */
export class SessionStoreMemory extends SessionStore {
  private readonly sessions = new Map<string, Session>();

  async create(id: string, session: Session): Promise<void> {
    this.sessions.set(id, session);
    if (this.sessions.size > MOST) this.sessions.delete(this.sessions.keys().next().value!);
  }

  async get(id: string): Promise<Session | undefined> {
    const session = this.sessions.get(id);
    if (!session || lapsesAt(session) > Date.now()) return session && { ...session };
    this.sessions.delete(id);
    return undefined;
  }

  async ofUser(userId: string): Promise<Map<string, Session>> {
    return new Map([...this.sessions].filter(([, one]) => one.userId === userId && lapsesAt(one) > Date.now()));
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
    this.sessions.delete(id);
    return { kind: 'reused', userId };
  }

  async change(id: string, changes: Partial<Session>): Promise<boolean> {
    const session = await this.get(id);
    if (session) this.sessions.set(id, { ...session, ...changes });
    return session !== undefined;
  }

  async end(id: string): Promise<boolean> {
    return this.sessions.delete(id);
  }
}
