import { authTimeOf, expiresAt, OPERATOR_LIFE_MS } from '#gateway/identity/sessions/session';
import { LoginReports } from '#gateway/identity/provider/login-reports';
import { Sessions } from '#gateway/identity/sessions/sessions';
import type { Caller, Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** How long an operator's scopes are valid before they are looked up again, in milliseconds; as for an access token. */
const LOOKED_UP_MS = 900_000;
/** The delay before a failed lookup is retried, in milliseconds. */
const RETRY_MS = 30_000;
/** The minimum interval between updates of a session's last use, in milliseconds. */
const NOTED_MS = 60_000;

/** Looks up the scopes of an operator; undefined for a user who is no longer one. */
export type LookUp = (context: Context, userId: string) => Promise<readonly string[] | undefined>;

/** Sessions of operators in browsers, at the admin port: short, and separate from those of the shop. */
@Injectable()
export class OperatorSessions {
  private lookUp: LookUp = async () => undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly reports: LoginReports,
  ) {}

  /** Registers the lookup of operators' scopes. */
  lookUpBy(lookUp: LookUp): void {
    this.lookUp = lookUp;
  }

  /** Opens a session, and ends that of the cookie `before`. @returns the value of its cookie */
  async open(
    context: Context,
    before: string | undefined,
    userId: string,
    scopes: readonly string[],
  ): Promise<string> {
    const renewAt = Date.now() + LOOKED_UP_MS;
    const session = { userId, kind: 'operator' as const, scopes: [...scopes], renewAt };
    const { token } = await this.sessions.open(context, session);
    if (before !== undefined) await this.sessions.endWithToken(context, before, 'operator');
    return token;
  }

  /** The caller of a cookie; undefined if the session is over. @throws {GatewayError} OVERLOADED */
  async callerOf(context: Context, cookie: string): Promise<Caller | undefined> {
    const found = await this.sessions.withToken(cookie);
    if (found?.session.kind !== 'operator') return undefined;
    const { sessionId, session } = found;
    const { userId, createdAt, usedAt, renewAt = 0 } = session;
    const now = Date.now();
    if (expiresAt(session) <= now) {
      await this.sessions.end(context, sessionId, 'lapsed');
      return undefined;
    }
    const scopes =
      renewAt > now ? session.scopes : await this.lookedUp(context, sessionId, userId, session.scopes);
    if (!scopes) return undefined;
    if (now - usedAt >= NOTED_MS) await this.sessions.change(sessionId, { usedAt: now });
    return {
      id: userId,
      scopes,
      sessionId,
      expiresAt: createdAt + OPERATOR_LIFE_MS,
      authTime: authTimeOf(session),
    };
  }

  private async lookedUp(
    context: Context,
    sessionId: string,
    userId: string,
    before: readonly string[] = [],
  ): Promise<readonly string[] | undefined> {
    let scopes: readonly string[] | undefined;
    try {
      scopes = await this.lookUp(context, userId);
    } catch (error) {
      // A failed lookup keeps the last scopes: operators are needed most during an outage.
      this.reports.renewalFailed(context, { userId, sessionId, kind: 'operator' }, error, false);
      await this.sessions.change(sessionId, { renewAt: Date.now() + RETRY_MS });
      return before;
    }
    if (scopes) await this.sessions.change(sessionId, { scopes: [...scopes], renewAt: Date.now() + LOOKED_UP_MS });
    else await this.sessions.end(context, sessionId, 'revoked');
    return scopes;
  }
}
