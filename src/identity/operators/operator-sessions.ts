import { authTimeOf } from '#gateway/identity/sessions/session';
import { Sessions } from '#gateway/identity/sessions/sessions';
import type { Caller, Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** How long an operator's session lasts at most, and how long one that is not used, in milliseconds. */
const LIFE_MS = 8 * 3_600_000;
const IDLE_MS = 30 * 60_000;
/** What an operator may do is looked up again after so long, as with an access token, in milliseconds. */
const LOOKED_UP_MS = 900_000;
/** A session is noted as used at most so often, in milliseconds. */
const NOTED_MS = 60_000;

/** Finds out what an operator may do now; undefined for one who is an operator no more. */
export type LookUp = (context: Context, userId: string) => Promise<readonly string[] | undefined>;

/** Sessions of operators in browsers, at the admin port: short, and apart from those of the shop. */
@Injectable()
export class OperatorSessions {
  private lookUp: LookUp = async () => undefined;

  constructor(private readonly sessions: Sessions) {}

  /** What operators may do is found out by this. */
  lookUpBy(lookUp: LookUp): void {
    this.lookUp = lookUp;
  }

  /** Opens a session, and ends the one of the cookie `before`. @returns the value of its cookie */
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

  /** Whose cookie this is; undefined where the session is over. @throws {GatewayError} OVERLOADED */
  async callerOf(context: Context, cookie: string): Promise<Caller | undefined> {
    const found = await this.sessions.withToken(cookie);
    if (found?.session.kind !== 'operator') return undefined;
    const { sessionId, session } = found;
    const { userId, createdAt, usedAt, renewAt = 0 } = session;
    const now = Date.now();
    if (now - createdAt >= LIFE_MS || now - usedAt >= IDLE_MS) {
      await this.sessions.end(context, sessionId, 'lapsed');
      return undefined;
    }
    const scopes =
      renewAt > now ? session.scopes : await this.lookedUp(context, sessionId, userId, session.scopes);
    if (!scopes) return undefined;
    if (now - usedAt >= NOTED_MS) await this.sessions.change(sessionId, { usedAt: now });
    return { id: userId, scopes, sessionId, expiresAt: createdAt + LIFE_MS, authTime: authTimeOf(session) };
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
    } catch {
      // Who cannot be asked has taken nothing back. Operators are needed most while something is down.
      return before;
    }
    if (scopes) await this.sessions.change(sessionId, { scopes: [...scopes], renewAt: Date.now() + LOOKED_UP_MS });
    else await this.sessions.end(context, sessionId, 'revoked');
    return scopes;
  }
}
