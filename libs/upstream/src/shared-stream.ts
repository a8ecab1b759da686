import { GatewayError } from '#libs/errors';
import type { AnswerStream } from './answer-stream.ts';
import { Context } from './context.ts';
import { Outage } from './outage.ts';
import type { Shareable, StreamFollower } from './shareable.ts';
import { StreamBackoff } from './stream-backoff.ts';

/** A transient failure: the stream is reopened. */
const PASSING = new Set<string>([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_BAD_RESPONSE',
  'CIRCUIT_OPEN',
  'OVERLOADED',
]);

/**
 * One upstream stream shared by its followers. It is kept open until it ends, fails for good, or the last follower
 * has left.
 */
export class SharedStream<Item> {
  private readonly items: Item[] = [];
  private readonly followers = new Map<StreamFollower<Item>, Context>();
  /** Followers that were notified of a loss that is not over yet. */
  private notified: StreamFollower<Item>[] = [];
  private readonly backoff = new StreamBackoff();
  private readonly outage = new Outage((isLost) => (isLost ? this.lost() : this.restored()));
  private opening: Context | undefined;
  private stream: AnswerStream<Item> | undefined;
  private wake = () => {};

  /** @param onOver called when the last follower has left */
  constructor(
    private readonly how: Shareable<Item>,
    private readonly key: string,
    private readonly onOver: () => void,
  ) {}

  /**
   * Adds a follower, which gets the kept items at once.
   * @returns removes it; the stream is closed with the last
   */
  add(follower: StreamFollower<Item>, context: Context): () => void {
    const isFirst = !this.followers.size;
    this.followers.set(follower, context);
    for (const item of Array.from(this.items)) follower.onItem(item);
    if (isFirst) void this.keepOpen();
    return () => {
      if (this.followers.delete(follower) && !this.followers.size) this.close();
    };
  }

  /** Closes the stream without notifying followers. */
  close(): void {
    this.followers.clear();
    this.over();
    this.opening?.end('client');
    this.stream?.close();
    this.wake();
  }

  private async keepOpen(): Promise<void> {
    while (this.followers.size) {
      try {
        const stream = await this.open();
        if (!this.followers.size) return stream.close();
        await this.read(stream);
        return this.end();
      } catch (error) {
        if (!this.followers.size) return;
        const failure = error instanceof GatewayError ? error : new GatewayError('INTERNAL', { cause: error });
        if (!PASSING.has(failure.code)) return this.end(failure);
        this.outage.failed();
        await this.rest(this.backoff.failed());
      }
    }
  }

  /** Opens the stream with the context of one follower. It has no deadline, and ends when all followers have left. */
  private async open(): Promise<AnswerStream<Item>> {
    const [context] = this.followers.values();
    this.opening = new Opening(context!);
    try {
      return await this.how.open(this.opening, this.key);
    } finally {
      this.opening = undefined;
    }
  }

  private async read(stream: AnswerStream<Item>): Promise<void> {
    this.stream = stream;
    this.backoff.opened();
    this.outage.opened();
    // If opening fails, reading fails as well.
    stream.opened?.then(
      () => this.stream === stream && this.outage.answered(),
      () => {},
    );
    try {
      for await (const item of stream) this.take(item);
    } finally {
      this.stream = undefined;
    }
  }

  private take(item: Item): void {
    const last = this.items.at(-1);
    if (last !== undefined && this.how.numberOf(item) <= this.how.numberOf(last)) return this.outage.answered();
    this.backoff.progressed();
    this.outage.over();
    this.items.push(item);
    for (const follower of Array.from(this.followers.keys())) follower.onItem(item);
  }

  private lost(): void {
    this.notified = [...this.followers.keys()];
    for (const follower of this.notified) follower.onState?.(true);
  }

  private restored(): void {
    for (const follower of this.notified.splice(0)) if (this.followers.has(follower)) follower.onState?.(false);
  }

  private end(failure?: GatewayError): void {
    const followers = [...this.followers.keys()];
    this.followers.clear();
    this.over();
    for (const follower of followers) follower.onEnd(failure);
  }

  private over(): void {
    this.outage.stop();
    this.onOver();
  }

  /** Waits unless all followers have left. */
  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The context of an opening: a follower's, without its deadline. */
class Opening extends Context {
  constructor({ log, trace, caller, client, priority, span }: Context) {
    super({ log, trace, caller, client, timeoutMs: Infinity, span });
    this.priority = priority;
  }

  /** Tries have a time of their own, the whole has none. */
  protected override startTimer(): undefined {
    return undefined;
  }
}
