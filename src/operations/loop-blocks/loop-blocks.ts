import { Config } from '#gateway/config/config';
import { type LoopBlock, watchEventLoop } from '#libs/process';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';

/** The most blocks kept: about 250 kB with their stacks. */
const MAX_KEPT = 50;
/** The longest stack kept, in characters. */
const MAX_STACK = 5_000;
/** The shortest time between two lines of the log, in milliseconds. */
const LOG_MS = 10_000;

/** Records when the event loop of this process was blocked for longer than `BLOCKED_LOOP_MS`, and by what. */
@Injectable()
export class LoopBlocks implements OnApplicationShutdown {
  /** The number of blocks since the start, and their time, in milliseconds. */
  readonly counts = { blocks: 0, durationMs: 0 };
  private readonly kept: LoopBlock[] = [];
  private loggedAt = -Infinity;
  private unlogged = 0;
  private stop: (() => Promise<void>) | undefined;

  constructor(
    private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  /** Watches the event loop from now on, unless `BLOCKED_LOOP_MS` is 0. */
  start(): void {
    const { BLOCKED_LOOP_MS } = this.config;
    if (!BLOCKED_LOOP_MS || this.stop) return;
    this.stop = watchEventLoop(
      BLOCKED_LOOP_MS,
      (block) => this.add(block),
      (err) => this.logger.warn({ err }, 'the event loop is no longer watched'),
    );
  }

  /** The last blocks, the newest first. */
  list(): readonly LoopBlock[] {
    return this.kept.toReversed();
  }

  /** Records a block. */
  add({ startedAt, durationMs, stack }: LoopBlock, now = performance.now()): void {
    this.counts.blocks += 1;
    this.counts.durationMs += durationMs;
    this.kept.push({ startedAt, durationMs, stack: stack?.slice(0, MAX_STACK) });
    if (this.kept.length > MAX_KEPT) this.kept.shift();
    if (now - this.loggedAt < LOG_MS) {
      this.unlogged += 1;
      return;
    }
    const { unlogged } = this;
    const line = {
      durationMs,
      startedAt: new Date(startedAt).toISOString(),
      stack,
      ...(unlogged && { unlogged }),
    };
    this.logger.warn(line, 'the event loop was blocked');
    this.loggedAt = now;
    this.unlogged = 0;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop?.();
  }
}
