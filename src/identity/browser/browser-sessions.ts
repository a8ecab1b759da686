import { atMost } from '#libs/cache';
import { hashOf } from '#gateway/identity/jwt/verified';
import { authTimeOf, type Session } from '#gateway/identity/sessions/session';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { type Opened, Sessions } from '#gateway/identity/sessions/sessions';
import type { Caller, Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Renewed, type Renewer, Renewals, sealedSecret, secretOf } from './renewals.ts';

/** A cookie is believed for so long without asking where sessions are kept, in milliseconds. */
const BELIEVED_MS = 5_000;
const MOST = 10_000;
/** A session is noted as used at most so often, in milliseconds. */
const NOTED_MS = 60_000;
/** A request waits for a renewal so long at most, and no longer than half of what it has left, in milliseconds. */
const WAIT_MS = 2_000;

/** A session as it is now, and whose. */
interface Found {
  caller: Caller;
  /** When it must be renewed, on the wall clock, in milliseconds. */
  renewAt: number;
}

/** Tells whose a cookie is, and keeps what they may do up to date: one gateway asks, however many are asked. */
@Injectable()
export class BrowserSessions {
  private readonly believed = new LRUCache<string, Found>({ ...atMost(MOST), ttl: BELIEVED_MS });
  private readonly cookies = new WeakMap<Caller, string>();

  constructor(
    private readonly sessions: Sessions,
    private readonly ends: SessionEnds,
    private readonly renewals: Renewals,
  ) {}

  /** Sessions that say so are renewed by this. */
  renewBy(name: string, renewer: Renewer): void {
    this.renewals.register(name, renewer);
  }

  /** Opens a session. Its token is the value of its cookie. */
  async open(
    context: Context,
    of: Pick<Session, 'userId'> &
      Partial<Pick<Session, 'provider' | 'providerUserId' | 'providerSessionId' | 'authTime'>>,
    renewedBy: string,
    { scopes = [], forMs, secret }: Renewed,
  ): Promise<Opened> {
    const given = { ...of, kind: 'browser' as const, scopes, renewedBy, renewAt: Date.now() + forMs };
    const opened = await this.sessions.open(context, given);
    const { sessionId, token } = opened;
    if (secret !== undefined) await this.sessions.change(sessionId, { sealed: sealedSecret(secret, token) });
    return opened;
  }

  /** Whose cookie this is; undefined where the session is over. @throws {GatewayError} OVERLOADED */
  async callerOf(context: Context, cookie: string): Promise<Caller | undefined> {
    const hash = hashOf(cookie);
    const known = this.believed.get(hash);
    if (known) return this.ends.has(known.caller.sessionId!) ? undefined : known.caller;
    return (await this.look(context, cookie))?.caller;
  }

  /** The cookie that a caller came with; undefined for one who came with none. */
  cookieOf(caller: Caller): string | undefined {
    return this.cookies.get(caller);
  }

  /** Looks a session up where they are kept, and renews it where it is time. @throws {GatewayError} OVERLOADED */
  async look(context: Context, cookie: string): Promise<Found | undefined> {
    const found = await this.sessions.withToken(cookie);
    if (found?.session.kind !== 'browser') return undefined;
    const { sessionId } = found;
    const isOld = found.session.renewAt! <= Date.now();
    const session = isOld ? await this.renewed(context, sessionId, found.session, cookie) : found.session;
    if (!session || this.ends.has(sessionId)) return undefined;
    if (Date.now() - session.usedAt > NOTED_MS) {
      // Nobody waits for it: the next request notes it otherwise.
      this.sessions.change(sessionId, { usedAt: Date.now() }).catch(() => {});
    }
    const authTime = authTimeOf(session);
    const caller: Caller = { id: session.userId, scopes: session.scopes ?? [], sessionId, authTime };
    this.cookies.set(caller, cookie);
    // What could not be renewed in time is asked about again soon, and not by each request.
    const now = { caller, renewAt: Math.max(session.renewAt!, Date.now() + BELIEVED_MS) };
    this.believed.set(hashOf(cookie), now, { ttl: Math.min(BELIEVED_MS, now.renewAt - Date.now()) });
    return now;
  }

  /** The session of a cookie, and what it is renewed with; undefined where it is over. @throws {GatewayError} OVERLOADED */
  async secretOf(
    cookie: string,
  ): Promise<{ sessionId: string; session: Session; secret: string | undefined } | undefined> {
    const found = await this.sessions.withToken(cookie);
    return found && { ...found, secret: secretOf(found.session, cookie) };
  }

  /** A request that cannot wait any longer goes on with what is known; the renewal does, too. */
  private renewed(context: Context, id: string, session: Session, cookie: string): Promise<Session | undefined> {
    const renewal = this.renewals.renew(context, id, session, cookie);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(session), Math.min(WAIT_MS, context.remainingMs / 2));
      renewal.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
