import { Public } from '#gateway/declare/access';
import type { DomainEvent, EventSubscriber, EventSubscription } from '#libs/events';
import { Injectable } from '@nestjs/common';

const TICK_MS = 1_000;

/** What time it is. */
export interface Tick extends DomainEvent {
  type: 'tick';
  data: { now: string };
}

/** Streams the time, one tick per second: the smallest example of a stream. */
@Public()
@Injectable()
export class FollowClock {
  private readonly subscribers = new Set<EventSubscriber<Tick>>();
  private timer: NodeJS.Timeout | undefined;

  /** The current time at once, then every second. */
  run(): EventSubscription<Tick> {
    return (subscriber) => {
      subscriber.send(tick());
      this.subscribers.add(subscriber);
      this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
      return () => this.leave(subscriber);
    };
  }

  private tick(): void {
    const event = tick();
    for (const subscriber of this.subscribers) subscriber.send(event);
  }

  private leave(subscriber: EventSubscriber<Tick>): void {
    this.subscribers.delete(subscriber);
    if (this.subscribers.size) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

const tick = (): Tick => ({ type: 'tick', data: { now: new Date().toISOString() } });
