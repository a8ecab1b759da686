import { redisKeys } from '#gateway/config/redis-keys';
import { Redis } from '#libs/redis';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** Why a session is over. */
export type EndReason =
  | 'logout'
  | 'logout-all'
  | 'password'
  | 'account'
  | 'reuse'
  | 'provider'
  | 'limit'
  | 'revoked'
  | 'lapsed';

/** A session that is over. */
export interface Ended {
  sessionId: string;
  reason: EndReason;
}

/** Longer than any access token lives, in milliseconds: what is older needs no refusal. */
const KEPT_MS = 1_200_000;
/** The polling interval for ends at other gateways, in milliseconds. */
const POLL_MS = 250;

/**
 * Publishes ended sessions to every gateway within a second, so that their access tokens are refused, and their streams and
 * sockets end. While Redis is down, each gateway knows its own; the others follow when it is back.
 */
@Injectable()
export class SessionEnds implements OnApplicationShutdown {
  private readonly ended = new Map<string, number>();
  private readonly listeners = new Set<(ended: Ended) => void>();
  private readonly unpublished = new Map<string, EndReason>();
  private readonly timer: NodeJS.Timeout | undefined;
  private last = '-';
  private isLooking = false;

  constructor(@Inject(Redis) private readonly redis: Redis | null) {
    if (redis) this.timer = setInterval(() => void this.poll(), POLL_MS).unref();
  }

  /** Whether a session is over. */
  has(sessionId: string): boolean {
    return this.ended.has(sessionId);
  }

  /** Publishes the end of a session: here at once, at other gateways soon. */
  async add(sessionId: string, reason: EndReason): Promise<void> {
    this.hear({ sessionId, reason });
    if (!this.redis) return;
    this.unpublished.set(sessionId, reason);
    await this.publish();
  }

  /** Calls `listener` for every session that ends at any gateway. @returns a function that removes the listener */
  onEnd(listener: (ended: Ended) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private hear(ended: Ended): void {
    const isNews = !this.ended.has(ended.sessionId);
    const now = performance.now();
    this.ended.set(ended.sessionId, now);
    for (const [id, since] of this.ended) {
      if (now - since < KEPT_MS) break;
      this.ended.delete(id);
    }
    if (isNews) for (const listener of this.listeners) listener(ended);
  }

  private async publish(): Promise<void> {
    for (const [sessionId, reason] of this.unpublished) {
      try {
        const fields = ['session', sessionId, 'reason', reason];
        const id = await this.redis!.xadd(redisKeys.sessionEnds(), '*', ...fields);
        this.unpublished.delete(sessionId);
        await this.removeOld(id!);
      } catch {
        // Redis is down: published at the next poll.
        return;
      }
    }
  }

  /** Removes what is older than the newest by so much: ids have the clock of Redis, which may be another than ours. */
  private async removeOld(newest: string): Promise<void> {
    const oldest = Number.parseInt(newest) - KEPT_MS;
    await this.redis!.xtrim(redisKeys.sessionEnds(), 'MINID', '~', `${oldest}`);
  }

  private async poll(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await this.publish();
      for (const [id, [, sessionId, , reason]] of await this.redis!.xrange(
        redisKeys.sessionEnds(),
        this.last,
        '+',
      )) {
        this.last = `(${id}`;
        this.hear({ sessionId: sessionId!, reason: reason as EndReason });
      }
    } catch {
      // Redis is down: ends in the meantime are read when it is back.
    } finally {
      this.isLooking = false;
    }
  }
}
