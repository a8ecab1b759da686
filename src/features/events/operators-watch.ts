import { type DomainEvent, EventLog, topic, type Topic } from '#libs/events';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** How often gateways are told that an operator watches, in milliseconds. */
export const WATCH_MS = 5_000;

/** An operator watches one of the streams, at any gateway. */
interface Watching extends DomainEvent {
  type: 'watching';
  data: Record<string, never>;
}
const watching: Topic<Watching> = topic('watching');

/** Knows whether an operator follows events of the gateways: what nobody would see is not published. */
@Injectable()
export class OperatorsWatch implements OnApplicationShutdown {
  private readonly listeners: Array<() => void> = [];
  private readonly stop: () => void;
  private lastHeard = -Infinity;
  private watchers = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly eventLog: EventLog) {
    this.stop = eventLog.follow(watching, undefined, () => this.hear()).stop;
  }

  /** Whether an operator watches at any gateway, or did a moment ago. */
  get isWatched(): boolean {
    return performance.now() - this.lastHeard < 2.5 * WATCH_MS;
  }

  /** Calls `listener` every five seconds while an operator watches. */
  onTick(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Counts an operator who watches here. @returns ends it */
  join(): () => void {
    this.watchers += 1;
    if (!this.timer) {
      this.announce();
      this.timer = setInterval(() => this.announce(), WATCH_MS).unref();
    }
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.watchers -= 1;
      if (!this.watchers) this.leave();
    };
  }

  onApplicationShutdown(): void {
    this.stop();
    this.leave();
  }

  private leave(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Once in five seconds, however many gateways have operators who watch. */
  private announce(): void {
    const slot = Math.floor(Date.now() / WATCH_MS);
    this.eventLog.publish(watching, { type: 'watching', data: {} }, `watching:${slot}`);
  }

  private hear(): void {
    this.lastHeard = performance.now();
    for (const listener of this.listeners) listener();
  }
}
