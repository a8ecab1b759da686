import type { Context } from './context.ts';
import type { Shareable, StreamFollower } from './shareable.ts';
import { SharedStream } from './shared-stream.ts';

/**
 * Opens a stream of an upstream once, however many follow it, and closes it when the last has left. One that is lost is
 * opened again with backoff, and goes on after the last item: every follower gets each item once and in order. All items are
 * kept while somebody follows, so this is for streams that are short: the life of one thing.
 */
export class SharedStreams<Item> {
  private readonly all = new Map<string, SharedStream<Item>>();

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
    const later: StreamFollower<Item> = {
      ...follower,
      onItem: (item) => {
        if (this.how.numberOf(item) > after) follower.onItem(item);
      },
    };
    return (this.all.get(key) ?? this.begin(key)).add(later, context);
  }

  /** Ends them all: nobody is notified. */
  close(): void {
    for (const shared of [...this.all.values()]) shared.close();
  }

  private begin(key: string): SharedStream<Item> {
    const shared: SharedStream<Item> = new SharedStream(this.how, key, () => {
      if (this.all.get(key) === shared) this.all.delete(key);
    });
    this.all.set(key, shared);
    return shared;
  }
}
