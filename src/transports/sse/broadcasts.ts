import { redisKeys } from '#gateway/config/redis-keys';
import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import { EventLog } from '#libs/events';
import { Redis } from '#libs/redis';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OpenStreams, type OpenStream } from '#gateway/edge/streams/open-streams';
import { type Audience, type Broadcast, broadcasts } from './topics.ts';

/** How long to wait for the counts of other gateways, in milliseconds. */
const COUNTED_MS = 500;
const KEPT_SECONDS = 60;

/** Sends operators' messages to the streams of all gateways. */
@Injectable()
export class Broadcasts implements OnApplicationShutdown {
  private readonly stop: () => void;
  private readonly reached = new Map<string, number>();

  constructor(
    private readonly eventLog: EventLog,
    private readonly streams: OpenStreams,
    @Inject(Redis) private readonly redis: Redis | null,
  ) {
    this.stop = eventLog.follow(broadcasts, undefined, ({ event }) => void this.pass(event)).stop;
  }

  /** Sends a message. @returns how many streams it was written to, as counted by all gateways within 500 ms */
  async send(message: string, to: Audience): Promise<number> {
    const id = randomUUID();
    this.eventLog.publish(broadcasts, { type: 'broadcast', data: { id, message, to } });
    if (this.redis) {
      await passed(COUNTED_MS);
      return Number(await this.redis.get(redisKeys.broadcast(id)).catch(() => null));
    }
    const here = this.reached.get(id) ?? 0;
    this.reached.delete(id);
    return here;
  }

  onApplicationShutdown(): void {
    this.stop();
  }

  private async pass({ data: { id, message, to } }: Broadcast): Promise<void> {
    let count = 0;
    for (const one of this.streams.list()) {
      if (isMeant(one, to) && one.events.notify(message)) count += 1;
    }
    if (!this.redis) return void this.reached.set(id, count);
    const key = redisKeys.broadcast(id);
    await this.redis
      .multi()
      .incrby(key, count)
      .expire(key, KEPT_SECONDS)
      .exec()
      .catch(() => null);
  }
}

function isMeant({ callerId, scopes, route }: OpenStream, to: Audience): boolean {
  if (to.userId !== undefined && to.userId !== callerId) return false;
  if (to.scope !== undefined && !scopes.includes(to.scope)) return false;
  return to.route === undefined || to.route === route;
}
