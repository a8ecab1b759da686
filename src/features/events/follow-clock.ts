import { Public } from '#gateway/declare/access';
import type { Feed, Sink } from '#gateway/transports/sse/stream-door';
import { Injectable } from '@nestjs/common';

const TICK_MS = 1_000;

/** What time is it? The smallest stream there is: a tick a second. */
@Public()
@Injectable()
export class FollowClock {
  private readonly sinks = new Set<Sink>();
  private timer: NodeJS.Timeout | undefined;

  /** The time at once, and then every second. */
  run(): Feed {
    return (to) => {
      to.send(tick());
      this.sinks.add(to);
      this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
      return () => this.leave(to);
    };
  }

  private tick(): void {
    const sent = tick();
    for (const sink of this.sinks) sink.send(sent);
  }

  private leave(sink: Sink): void {
    this.sinks.delete(sink);
    if (this.sinks.size) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

const tick = () => ({ event: 'tick', data: { now: new Date().toISOString() } });
