import type { Context } from './context.ts';
import type { Shareable, StreamFollower } from './shareable.ts';
import { SharedStream } from './shared-stream.ts';

/**
 * Shares streams of an upstream: each is opened once for all its followers, and closed when the last has left. A lost
 * stream is reopened with backoff, and continues after its last item: every follower gets each item once and in
 * order. Items are kept while there are followers, so this is for short streams, such as the life of one order.
 */
export class SharedStreams<Item> {
  private readonly all = new Map<string, SharedStream<Item>>();

  constructor(private readonly how: Shareable<Item>) {}

  /** The number of open streams. */
  get size(): number {
    return this.all.size;
  }

  /**
   * Follows a stream after an item. It is opened with the context of one follower; the caller checks access before.
   * @returns unfollows
   */
  follow(context: Context, key: string, after: number, follower: StreamFollower<Item>): () => void {
    const later: StreamFollower<Item> = {
      ...follower,
      onItem: (item) => {
        if (this.how.numberOf(item) > after) follower.onItem(item);
      },
    };
    return (this.all.get(key) ?? this.begin(key)).add(later, context);
  }

  /** Closes all streams without notifying followers. */
  close(): void {
    for (const shared of Array.from(this.all.values())) shared.close();
  }

  private begin(key: string): SharedStream<Item> {
    const shared: SharedStream<Item> = new SharedStream(this.how, key, () => {
      if (this.all.get(key) === shared) this.all.delete(key);
    });
    this.all.set(key, shared);
    return shared;
  }
}
