import { atMost } from '#libs/cache';
import { hashOf } from '#gateway/edge/auth/tokens/verified';
import type { Session } from '#gateway/edge/auth/sessions/session';
import { SessionEnds } from '#gateway/edge/auth/sessions/session-ends';
import { Sessions } from '#gateway/edge/auth/sessions/sessions';
import { Redis, takeLock } from '#libs/redis';
import { type Caller, Context } from '#libs/upstream';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { sealed, unsealed } from '#gateway/edge/auth/sessions/secrets';

/** What a renewal finds out. */
export interface Renewed {
  scopes: string[];
  /** For how long that is true, in milliseconds. */
  forMs: number;
  /** What the next renewal needs, a secret. */
  secret?: string;
}

/** Finds out what the user of a session may do now; undefined where the session is over. */
export type Renewer = (
  context: Context,
  session: Session,
  secret: string | undefined,
) => Promise<Renewed | undefined>;

const SECRET = 'what renews a session';
/** A cookie is believed for so long without asking where sessions are kept, in milliseconds. */
const BELIEVED_MS = 5_000;
const MOST = 10_000;
/** A session is noted as used at most so often, in milliseconds. */
const NOTED_MS = 60_000;
/** Who renews has so long before another may, in milliseconds. */
const LOCK_MS = 5_000;
/** So long is waited for another gateway to renew, looking so often, in milliseconds. */
const WAIT_MS = 2_000;
const LOOK_MS = 25;
/** What could not be renewed is tried again after so long, in milliseconds. */
const AGAIN_MS = 30_000;

/** Tells whose a cookie is, and keeps what they may do up to date: one gateway asks, however many are asked. */
@Injectable()
export class BrowserSessions {
  private readonly believed = new LRUCache<string, Caller>({ ...atMost(MOST), ttl: BELIEVED_MS });
  private readonly renewers = new Map<string, Renewer>();
  private readonly renewals = new Map<string, Promise<Session | undefined>>();

  constructor(
    private readonly sessions: Sessions,
    private readonly ends: SessionEnds,
    @Inject(Redis) private readonly redis: Redis | null,
  ) {}

  /** Sessions that say so are renewed by this. */
  renewBy(name: string, renewer: Renewer): void {
    this.renewers.set(name, renewer);
  }

  /**
   * Opens a session, and ends the one that the browser had before.
   * @param before the value of the cookie that it came with
   * @returns the value of its cookie
   */
  async open(
    context: Context,
    before: string | undefined,
    of: Pick<Session, 'userId'> & Partial<Pick<Session, 'provider' | 'providerUserId' | 'providerSessionId'>>,
    renewedBy: string,
    { scopes, forMs, secret }: Renewed,
  ): Promise<string> {
    const given = { ...of, kind: 'browser' as const, scopes, renewedBy, renewAt: Date.now() + forMs };
    const { sessionId, token } = await this.sessions.open(context, given);
    if (before !== undefined) await this.sessions.endWithToken(context, before, 'browser');
    if (secret !== undefined) await this.sessions.change(sessionId, { sealed: sealed(secret, token, SECRET) });
    return token;
  }

  /** Whose cookie this is; undefined where the session is over. @throws {GatewayError} OVERLOADED */
  async callerOf(context: Context, cookie: string): Promise<Caller | undefined> {
    const hash = hashOf(cookie);
    const known = this.believed.get(hash);
    if (known) return this.ends.has(known.sessionId!) ? undefined : known;
    const found = await this.sessions.withToken(cookie);
    if (found?.session.kind !== 'browser') return undefined;
    const { sessionId } = found;
    const session =
      found.session.renewAt! > Date.now()
        ? found.session
        : await this.renewed(context, sessionId, found.session, cookie);
    if (!session) return undefined;
    if (Date.now() - session.usedAt > NOTED_MS) {
      // Nobody waits for it: the next request notes it otherwise.
      this.sessions.change(sessionId, { usedAt: Date.now() }).catch(() => {});
    }
    const caller: Caller = { id: session.userId, scopes: session.scopes ?? [], sessionId };
    this.believed.set(hash, caller);
    return caller;
  }

  private renewed(context: Context, id: string, session: Session, cookie: string): Promise<Session | undefined> {
    const underWay = this.renewals.get(id);
    if (underWay) return underWay;
    const renewal = this.renew(context, id, session, cookie).finally(() => this.renewals.delete(id));
    this.renewals.set(id, renewal);
    return renewal;
  }

  private async renew(
    { log, trace, caller, client }: Context,
    id: string,
    session: Session,
    cookie: string,
  ): Promise<Session | undefined> {
    const release = this.redis ? await this.lock(id) : async () => {};
    if (!release) return this.renewedElsewhere(session, cookie);
    // Others wait for it, too: it does not end with the request that began it.
    const context = new Context({ log, trace, caller, client, timeoutMs: WAIT_MS });
    try {
      return await this.ask(context, id, session, cookie);
    } finally {
      context.settle();
      await release().catch(() => {});
    }
  }

  private async ask(context: Context, id: string, session: Session, cookie: string): Promise<Session | undefined> {
    // Another gateway may have done so since this one looked.
    const now = (await this.sessions.withToken(cookie))?.session;
    if (!now || now.renewAt! > Date.now()) return now;
    const secret = now.sealed === undefined ? undefined : unsealed(now.sealed, cookie, SECRET);
    try {
      const renewed = await this.renewers.get(now.renewedBy!)?.(context, now, secret);
      if (!renewed) {
        await this.sessions.end(context, id, 'provider');
        return undefined;
      }
      const changes: Partial<Session> = { scopes: renewed.scopes, renewAt: Date.now() + renewed.forMs };
      if (renewed.secret !== undefined) changes.sealed = sealed(renewed.secret, cookie, SECRET);
      await this.sessions.change(id, changes);
      return { ...now, ...changes };
    } catch {
      // Who cannot be asked has taken nothing back.
      const renewAt = Date.now() + AGAIN_MS;
      await this.sessions.change(id, { renewAt });
      return { ...session, renewAt };
    }
  }

  private lock(id: string): Promise<(() => Promise<void>) | undefined> {
    return takeLock(this.redis!, `atrium:renewal:${id}`, LOCK_MS).catch(() => async () => {});
  }

  private async renewedElsewhere(before: Session, cookie: string): Promise<Session | undefined> {
    const until = performance.now() + WAIT_MS;
    while (performance.now() < until) {
      await new Promise((resolve) => void setTimeout(resolve, LOOK_MS));
      const now = (await this.sessions.withToken(cookie))?.session;
      if (!now || now.renewAt! > Date.now()) return now;
    }
    return before;
  }
}
