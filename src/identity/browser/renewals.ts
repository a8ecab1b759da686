import { redisKeys } from '#gateway/config/redis-keys';
import type { Session } from '#gateway/identity/sessions/session';
import { sealed, unsealed } from '#gateway/identity/sessions/secrets';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { holdLock, type Lock, Redis } from '#libs/redis';
import { Context } from '#libs/upstream';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';

/** What a renewal finds out. */
export interface Renewed {
  /** What the user may do; undefined where that is not said, so that it is what it was. */
  scopes?: string[];
  /** For how long that is true, in milliseconds. */
  forMs: number;
  /** What the next renewal needs, a secret. */
  secret?: string;
}

/** A renewal that is under way. */
export interface Renewal {
  context: Context;
  sessionId: string;
  session: Session;
  /** What was kept for it. */
  secret: string | undefined;
  /**
   * Makes sure, at the last moment, that nobody else uses the secret.
   * @throws {RenewedElsewhere}
   */
  claim(): Promise<void>;
  /** Keeps a secret that takes the place of the one before, whatever becomes of this renewal. */
  keep(secret: string): Promise<void>;
}

/** Finds out what the user of a session may do now; undefined where the session is over. Throws where it cannot tell. */
export type Renewer = (renewal: Renewal) => Promise<Renewed | undefined>;

/** Another gateway has begun to renew the session. */
export class RenewedElsewhere extends Error {}

const SECRET = 'what renews a session';
/** Who renews has so long before another may, unless it says again that it still does, in milliseconds. */
const LOCK_MS = 5_000;
/** A renewal may take so long, in milliseconds. */
const MAX_MS = 90_000;
/** So often is looked whether another gateway has renewed, in milliseconds. */
const POLL_MS = 25;
/** What could not be renewed is tried again after so long, in milliseconds. */
const RETRY_MS = 30_000;
/** A new secret is tried to be kept so often, where the store is away, with so long in between, in milliseconds. */
const KEEP_TRIES = 40;
const KEEP_RETRY_MS = 250;

/** What opens the secret of a session again. */
export const sealedSecret = (secret: string, cookie: string): string => sealed(secret, cookie, SECRET);
/** The secret of a session; undefined where it has none. */
export const secretOf = ({ sealed: box }: Session, cookie: string): string | undefined =>
  box === undefined ? undefined : unsealed(box, cookie, SECRET);

/**
 * Renews sessions: one gateway each at a time, by a lock that it prolongs, and by a count of renewals in the session, which
 * fences off a gateway that was paused for longer than the lock lasts.
 */
@Injectable()
export class Renewals {
  private readonly renewers = new Map<string, Renewer>();
  private readonly underWay = new Map<string, Promise<Session | undefined>>();

  constructor(
    private readonly sessions: Sessions,
    @Inject(Redis) private readonly redis: Redis | null,
  ) {}

  /** Sessions that say so are renewed by this. */
  register(name: string, renewer: Renewer): void {
    this.renewers.set(name, renewer);
  }

  /** Renews a session, for everybody who waits for it. @returns undefined where it is over */
  renew(context: Context, id: string, session: Session, cookie: string): Promise<Session | undefined> {
    const underWay = this.underWay.get(id);
    if (underWay) return underWay;
    const { log, trace, caller, client } = context;
    // Others wait for it, too: it does not end with the request that began it.
    const own = new Context({ log, trace, caller, client, timeoutMs: MAX_MS });
    const renewal = this.locked(own, id, session, cookie).finally(() => {
      own.settle();
      this.underWay.delete(id);
    });
    this.underWay.set(id, renewal);
    return renewal;
  }

  private async locked(context: Context, id: string, session: Session, cookie: string) {
    if (!this.redis) return this.ask(context, id, cookie);
    const lock = await holdLock(this.redis, redisKeys.renewal(id), LOCK_MS);
    if (!lock) return this.renewedElsewhere(session, cookie);
    try {
      return await this.ask(context, id, cookie, lock);
    } catch (error) {
      if (!(error instanceof RenewedElsewhere)) throw error;
      return this.renewedElsewhere(session, cookie);
    } finally {
      await lock.release().catch(() => {});
    }
  }

  private async ask(context: Context, id: string, cookie: string, lock?: Lock): Promise<Session | undefined> {
    // Another gateway may have done so since this one looked.
    const session = (await this.sessions.withToken(cookie))?.session;
    if (!session || session.renewAt! > Date.now()) return session;
    const count = session.renewals ?? 0;
    let mine = count;
    const claim = async () => {
      const isMine = (await lock?.prolong()) !== false;
      const renewals = count + 1;
      if (!isMine || !(await this.sessions.change(id, { renewals }, count))) throw new RenewedElsewhere();
      mine = renewals;
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
      const changes: Partial<Session> = { renewAt: Date.now() + renewed.forMs };
      if (renewed.scopes) changes.scopes = renewed.scopes;
      if (renewed.secret !== undefined) changes.sealed = sealedSecret(renewed.secret, cookie);
      await this.keep(id, changes, mine);
      return { ...session, ...changes };
    } catch (error) {
      if (error instanceof RenewedElsewhere) throw error;
      // Who cannot be asked has taken nothing back.
      const renewAt = Date.now() + RETRY_MS;
      await this.sessions.change(id, { renewAt }, mine);
      return { ...session, renewAt };
    }
  }

  /** What was found out is lost with it: a store that is away for a moment is asked again. */
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
