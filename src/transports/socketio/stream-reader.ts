import type { Redis } from '#libs/redis';
import { LRUCache } from 'lru-cache';

/** How many entries are recognised after a failover; a replica that lags further behind is taken for another stream. */
const MAX_SEEN = 1_000;
/** How far back another stream is read, in milliseconds: what others published before this process was connected to it. */
const MISSED_MS = 10_000;

type Entry = [id: string, fields: string[]];
type XRead = (...given: unknown[]) => Promise<[stream: string, entries: Entry[]][] | null>;

/**
 * Has a connection that reads one stream by `xread` go on after the newest entry that it has read and that still exists, each time
 * that it was connected anew. Its last position may be later than all entries to come: after a failover to a replica that lagged
 * behind, or to an empty Redis whose clock is behind. The cluster adapter of Socket.IO would read nothing until that time.
 * @param reader the connection; its `xread` is replaced
 * @param queries another connection to the same Redis, since reads block theirs
 */
export function readOnAfterFailover(reader: Redis, queries: Redis, stream: string): Redis {
  const seen = new LRUCache<string, true>({ max: MAX_SEEN });
  const xread = reader.xread.bind(reader) as unknown as XRead;
  let position: string | undefined;
  let isAnew = false;
  reader.on('close', () => (isAnew = true));

  const read: XRead = async (...given) => {
    // What `$` is, or where the caller is by now.
    position ??= String(given.at(-1));
    if (isAnew && position !== '$') {
      isAnew = false;
      position = await positionIn(queries, stream, seen);
    }
    const found = await xread(...given.slice(0, -1), position);
    // Sent again after a failover, with the position of before: there may be entries below it.
    if (isAnew && position !== '$') return null;
    for (const [id] of found?.[0]?.[1] ?? []) seen.set((position = id), true);
    return found;
  };
  reader.xread = read as unknown as Redis['xread'];
  return reader;
}

/** The newest entry of a stream that was seen; where there is none, what is recent by the clock of Redis is new. */
async function positionIn(redis: Redis, stream: string, seen: LRUCache<string, true>): Promise<string> {
  const newest = (await redis.xrevrange(stream, '+', '-', 'COUNT', MAX_SEEN)).map(([id]) => id);
  const known = newest.find((id) => seen.has(id));
  if (known !== undefined) return known;
  const [seconds] = (await redis.time()).map(Number) as [number, number];
  const recent = seconds * 1_000 - MISSED_MS;
  // Entries of a clock that was ahead may be of any time.
  const isAhead = newest[0] !== undefined && Number.parseInt(newest[0], 10) > recent + 2 * MISSED_MS;
  return isAhead ? newest[0]! : `${recent}-0`;
}
