import { boundedLru } from '#libs/cache';
import { hashOf } from '#gateway/identity/jwt/verified';
import { authTimeOf, type Session } from '#gateway/identity/sessions/session';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { type Opened, Sessions } from '#gateway/identity/sessions/sessions';
import type { Caller, Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Renewed, type Renewer, Renewals, sealedSecret, secretOf } from './renewals.ts';

/** How long a verified cookie is cached, in milliseconds. */
const BELIEVED_MS = 5_000;
const MAX_ENTRIES = 10_000;
/** The minimum interval between updates of a session's last use, in milliseconds. */
const NOTED_MS = 60_000;
/** The longest that a request waits for a renewal, in milliseconds; never more than half of its remaining time. */
const WAIT_MS = 2_000;

/** The current state of a session, and its caller. */
interface BrowserCaller {
  caller: Caller;
  /** The renewal time, in milliseconds since 1970. */
  renewAt: number;
}

/** Authenticates callers by session cookie, and renews their scopes, by one gateway at a time. */
@Injectable()
export class BrowserSessions {
  private readonly believed = new LRUCache<string, BrowserCaller>({
    ...boundedLru(MAX_ENTRIES),
    ttl: BELIEVED_MS,
  });
  private readonly cookies = new WeakMap<Caller, string>();

  constructor(
    private readonly sessions: Sessions,
    private readonly ends: SessionEnds,
    private readonly renewals: Renewals,
  ) {}

  /** Registers the renewer for sessions with this name. */
  renewBy(name: string, renewer: Renewer): void {
    this.renewals.register(name, renewer);
  }

  /** Opens a session. Its token is the cookie's value. */
  async open(
    context: Context,
    of: Pick<Session, 'userId'> &
      Partial<Pick<Session, 'provider' | 'providerUserId' | 'providerSessionId' | 'authTime' | 'acr' | 'endsAt'>>,
    renewedBy: string,
    { scopes = [], forMs, secret }: Renewed,
  ): Promise<Opened> {
    const given = { ...of, kind: 'browser' as const, scopes, renewedBy, renewAt: Date.now() + forMs };
    const opened = await this.sessions.open(context, given);
    const { sessionId, token } = opened;
    if (secret !== undefined) await this.sessions.change(sessionId, { sealed: sealedSecret(secret, token) });
    return opened;
  }

  /** The caller of a cookie; undefined if the session is over. @throws {GatewayError} OVERLOADED */
  async callerOf(context: Context, cookie: string): Promise<Caller | undefined> {
    const hash = hashOf(cookie);
    const known = this.believed.get(hash);
    if (known) return this.ends.has(known.caller.sessionId!) ? undefined : known.caller;
    return (await this.resolve(context, cookie))?.caller;
  }

  /** The cookie that authenticated a caller; undefined without one. */
  cookieOf(caller: Caller): string | undefined {
    return this.cookies.get(caller);
  }

  /** Reads a session from the store, and renews it if that is due. @throws {GatewayError} OVERLOADED */
  async resolve(context: Context, cookie: string): Promise<BrowserCaller | undefined> {
    const found = await this.sessions.withToken(cookie);
    if (found?.session.kind !== 'browser') return undefined;
    const { sessionId } = found;
    const isOld = found.session.renewAt! <= Date.now();
    const session = isOld ? await this.renewed(context, sessionId, found.session, cookie) : found.session;
    if (!session || this.ends.has(sessionId)) return undefined;
    if (Date.now() - session.usedAt > NOTED_MS) {
      // Not awaited: if it fails, a later request updates it.
      this.sessions.change(sessionId, { usedAt: Date.now() }).catch(() => {});
    }
    const { userId: id, scopes = [], acr } = session;
    const caller: Caller = { id, scopes, sessionId, authTime: authTimeOf(session), acr };
    this.cookies.set(caller, cookie);
    // A failed renewal is retried soon, and not by every request.
    const now = { caller, renewAt: Math.max(session.renewAt!, Date.now() + BELIEVED_MS) };
    this.believed.set(hashOf(cookie), now, { ttl: Math.min(BELIEVED_MS, now.renewAt - Date.now()) });
    return now;
  }

  /** The session of a cookie and its renewal secret; undefined if it is over. @throws {GatewayError} OVERLOADED */
  async secretOf(
    cookie: string,
  ): Promise<{ sessionId: string; session: Session; secret: string | undefined } | undefined> {
    const found = await this.sessions.withToken(cookie);
    return found && { ...found, secret: secretOf(found.session, cookie) };
  }

  /**
   * Waits for a renewal within the request's time; then the request goes on with the known scopes, and so does the renewal.
   */
  private renewed(context: Context, id: string, session: Session, cookie: string): Promise<Session | undefined> {
    const renewal = this.renewals.renew(context, id, session, cookie);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(session), Math.min(WAIT_MS, context.remainingMs / 2));
      renewal.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
