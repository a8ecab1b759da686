import { redisKeys } from '#gateway/config/redis-keys';
import type { Session } from '#gateway/identity/sessions/session';
import { sealed, unsealed } from '#gateway/identity/sessions/secrets';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { inSpan } from '#libs/observe';
import { holdLock, type Lock, Redis } from '#libs/redis';
import { Context, DetachedWork } from '#libs/upstream';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';

/** The result of a renewal. */
export interface Renewed {
  /** The user's scopes; undefined if they are not known, which keeps the old ones. */
  scopes?: string[];
  /** How long the scopes are valid, in milliseconds. */
  forMs: number;
  /** The secret for the next renewal. */
  secret?: string;
}

/** A renewal in progress. */
export interface Renewal {
  context: Context;
  sessionId: string;
  session: Session;
  /** The stored renewal secret. */
  secret: string | undefined;
  /** Ensures, right before the secret is used, that no other gateway uses it until the renewal ends. @throws {RenewedElsewhere} */
  claim(): Promise<void>;
  /** Stores a secret that replaces the one before, even if this renewal fails. */
  keep(secret: string): Promise<void>;
}

/** Fetches the current scopes of a session's user; undefined if the session is over. Throws if that is not known. */
export type Renewer = (renewal: Renewal) => Promise<Renewed | undefined>;

/** Another gateway has begun to renew the session. */
export class RenewedElsewhere extends Error {}

const SECRET = 'what renews a session';
/** How long a lock lasts unless it is extended, in milliseconds. */
const LOCK_MS = 5_000;
/** The time limit of a renewal, in milliseconds. */
const MAX_MS = 90_000;
/** The interval of checks whether another gateway has renewed, in milliseconds. */
const POLL_MS = 25;
/** The delay before a failed renewal is retried, in milliseconds. */
const RETRY_MS = 30_000;
/**
 * How often storing a new secret is retried while the store is unavailable, and the delay between tries, in milliseconds.
 */
const KEEP_TRIES = 40;
const KEEP_RETRY_MS = 250;

/** Encrypts the renewal secret of a session with its cookie. */
export const sealedSecret = (secret: string, cookie: string): string => sealed(secret, cookie, SECRET);
/** Decrypts the renewal secret of a session; undefined if it has none. */
export const secretOf = ({ sealed: box }: Session, cookie: string): string | undefined =>
  box === undefined ? undefined : unsealed(box, cookie, SECRET);

/**
 * Renews sessions, each by one gateway at a time: a lock that is extended, a count of renewals in the session as a fencing
 * token against a gateway that was paused for longer than the lock lasts, and a claim in the session, which outlives a lost
 * lock while the secret is used.
 */
@Injectable()
export class Renewals {
  private readonly renewers = new Map<string, Renewer>();
  private readonly underWay = new Map<string, Promise<Session | undefined>>();

  constructor(
    private readonly sessions: Sessions,
    @Inject(Redis) private readonly redis: Redis | null,
    private readonly work: DetachedWork,
  ) {}

  /** Registers the renewer for sessions with this name. */
  register(name: string, renewer: Renewer): void {
    this.renewers.set(name, renewer);
  }

  /** Renews a session, once for all concurrent callers. @returns undefined if it is over */
  renew(context: Context, id: string, session: Session, cookie: string): Promise<Session | undefined> {
    const underWay = this.underWay.get(id);
    if (underWay) {
      context.span?.note('joined the renewal of another request');
      return underWay;
    }
    const { log, trace, caller, client } = context;
    const span = context.span?.start('renew session', 'internal');
    // Other requests wait for it too: it must not end with the request that began it.
    const own = new Context({ log, trace, caller, client, timeoutMs: MAX_MS, span });
    const renewal = inSpan(span, () => this.locked(own, id, session, cookie)).finally(() => {
      own.settle();
      span?.end();
      this.underWay.delete(id);
    });
    this.underWay.set(id, renewal);
    return renewal;
  }

  private async locked(context: Context, id: string, session: Session, cookie: string) {
    const lock = this.redis ? await holdLock(this.redis, redisKeys.renewal(id), LOCK_MS) : undefined;
    if (this.redis && !lock) return this.renewedElsewhere(session, cookie);
    const renewal = async () => {
      try {
        return await this.renewOnce(context, id, cookie, lock);
      } finally {
        await lock?.release().catch(() => {});
      }
    };
    try {
      // A shutdown waits for it: an answer that is not stored loses the refresh token in it.
      return await this.work.track(renewal());
    } catch (error) {
      if (!(error instanceof RenewedElsewhere)) throw error;
      return this.renewedElsewhere(session, cookie);
    }
  }

  private async renewOnce(
    context: Context,
    id: string,
    cookie: string,
    lock?: Lock,
  ): Promise<Session | undefined> {
    // Another gateway may have renewed it since the last read.
    const session = (await this.sessions.withToken(cookie))?.session;
    if (!session || session.renewAt! > Date.now()) return session;
    if ((session.claimedUntil ?? 0) > Date.now()) throw new RenewedElsewhere();
    const count = session.renewals ?? 0;
    let mine = count;
    const claim = async () => {
      const isMine = (await lock?.prolong()) !== false;
      const claimed = { renewals: count + 1, claimedUntil: Date.now() + MAX_MS };
      if (!isMine || !(await this.sessions.change(id, claimed, count))) throw new RenewedElsewhere();
      mine = claimed.renewals;
    };
    const keep = (secret: string) => this.keep(id, { sealed: sealedSecret(secret, cookie) }, mine);
    try {
      const secret = secretOf(session, cookie);
      const renewal = { context, sessionId: id, session, secret, claim, keep };
      const renewed = await this.renewers.get(session.renewedBy!)?.(renewal);
      if (!renewed) {
        await this.sessions.end(context, id, 'provider');
        return undefined;
      }
      const changes: Partial<Session> = { renewAt: Date.now() + renewed.forMs, claimedUntil: 0 };
      if (renewed.scopes) changes.scopes = renewed.scopes;
      if (renewed.secret !== undefined) changes.sealed = sealedSecret(renewed.secret, cookie);
      await this.keep(id, changes, mine);
      return { ...session, ...changes };
    } catch (error) {
      if (error instanceof RenewedElsewhere) throw error;
      // An unreachable provider has revoked nothing.
      const renewAt = Date.now() + RETRY_MS;
      await this.sessions.change(id, { renewAt, claimedUntil: 0 }, mine);
      return { ...session, renewAt };
    }
  }

  /** Stores the result, and retries while the store is unavailable: otherwise the new secret would be lost. */
  private async keep(id: string, changes: Partial<Session>, mine: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.sessions.change(id, changes, mine);
        return;
      } catch (error) {
        if (tries === KEEP_TRIES) throw error;
        await wait(KEEP_RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private async renewedElsewhere(before: Session, cookie: string): Promise<Session | undefined> {
    const until = performance.now() + MAX_MS;
    while (performance.now() < until) {
      await wait(POLL_MS, undefined, { ref: false });
      const now = (await this.sessions.withToken(cookie))?.session;
      if (!now || now.renewAt! > Date.now()) return now;
    }
    return before;
  }
}
