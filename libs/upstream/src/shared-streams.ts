import { GatewayError } from '#libs/errors';
import type { AnswerStream } from './answer-stream.ts';
import type { Context } from './context.ts';

/** Where a stream is lost it is opened again after about so long, twice as long each time, in milliseconds. */
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** Passes by itself: the stream is worth another try. */
const PASSING = new Set<string>([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_BAD_RESPONSE',
  'CIRCUIT_OPEN',
  'OVERLOADED',
]);

/** How a stream is opened, and how its items are counted. */
export interface Shareable<Item> {
  /** Opens it from its first item on. */
  open(context: Context, key: string): Promise<AnswerStream<Item>>;
  /** Grows from one item to the next. */
  numberOf(item: Item): number;
  /** How long an opening may take, in milliseconds. */
  timeoutMs: number;
}

/** Somebody who follows a stream. Nothing of it may throw. */
export interface StreamFollower<Item> {
  onItem(item: Item): void;
  /** There will be no more: it came to its end, or cannot be had. */
  onEnd(failure?: GatewayError): void;
  /** It is lost for the moment, and is being opened again; or it is back. Items that came meanwhile follow. */
  onState?(isLost: boolean): void;
}

interface Shared<Item> {
  items: Item[];
  followers: Map<StreamFollower<Item>, Context>;
  stream: AnswerStream<Item> | undefined;
  isLost: boolean;
  wake: () => void;
}

/**
 * Opens a stream of an upstream once, however many follow it, and closes it when the last has left. One that is lost is
 * opened again with backoff, and goes on after the last item: every follower gets each item once and in order. All items are
 * kept while somebody follows, so this is for streams that are short: the life of one thing.
 */
export class SharedStreams<Item> {
  private readonly all = new Map<string, Shared<Item>>();

  constructor(private readonly how: Shareable<Item>) {}

  /** How many are open. */
  get size(): number {
    return this.all.size;
  }

  /**
   * Follows a stream, from after an item on. The stream is opened in the name of somebody who follows; who may, is to be
   * decided before.
   * @returns stops
   */
  follow(context: Context, key: string, after: number, follower: StreamFollower<Item>): () => void {
    const known = this.all.get(key);
    const shared = known ?? { items: [], followers: new Map(), stream: undefined, isLost: false, wake: () => {} };
    const own: StreamFollower<Item> = {
      ...follower,
      onItem: (item) => {
        if (this.how.numberOf(item) > after) follower.onItem(item);
      },
    };
    shared.followers.set(own, context);
    if (!known) this.all.set(key, shared);
    for (const item of [...shared.items]) own.onItem(item);
    if (!known) void this.keepOpen(key, shared);
    return () => {
      if (shared.followers.delete(own) && !shared.followers.size) this.leave(key, shared);
    };
  }

  /** Ends them all: nobody is told. */
  close(): void {
    for (const [key, shared] of this.all) {
      shared.followers.clear();
      this.leave(key, shared);
    }
  }

  private async keepOpen(key: string, shared: Shared<Item>): Promise<void> {
    let tries = 0;
    while (shared.followers.size) {
      try {
        const [context] = shared.followers.values();
        const opening = context!.detached(this.how.timeoutMs);
        shared.stream = await this.how.open(opening, key).finally(() => opening.settle());
        if (!shared.followers.size) return shared.stream.close();
        this.say(shared, false);
        for await (const item of shared.stream) {
          tries = 0;
          this.tell(shared, item);
        }
        return this.end(key, shared);
      } catch (error) {
        const failure = error instanceof GatewayError ? error : new GatewayError('INTERNAL', { cause: error });
        if (!PASSING.has(failure.code)) return this.end(key, shared, failure);
        this.say(shared, true);
        await resting(delayMs((tries += 1)), shared);
      }
    }
  }

  private tell(shared: Shared<Item>, item: Item): void {
    const last = shared.items.at(-1);
    if (last !== undefined && this.how.numberOf(item) <= this.how.numberOf(last)) return;
    shared.items.push(item);
    for (const follower of [...shared.followers.keys()]) follower.onItem(item);
  }

  private say(shared: Shared<Item>, isLost: boolean): void {
    if (shared.isLost === isLost) return;
    shared.isLost = isLost;
    for (const follower of [...shared.followers.keys()]) follower.onState?.(isLost);
  }

  private end(key: string, shared: Shared<Item>, failure?: GatewayError): void {
    this.forget(key, shared);
    const followers = [...shared.followers.keys()];
    shared.followers.clear();
    for (const follower of followers) follower.onEnd(failure);
  }

  private leave(key: string, shared: Shared<Item>): void {
    this.forget(key, shared);
    shared.stream?.close();
    shared.wake();
  }

  private forget(key: string, shared: Shared<Item>): void {
    if (this.all.get(key) === shared) this.all.delete(key);
  }
}

/** Exponential, with full jitter: those who were cut off together come back apart. */
const delayMs = (tries: number): number => Math.random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** tries);

/** Waits, but not where nobody follows any more. */
function resting(ms: number, shared: { wake: () => void }): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    shared.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
