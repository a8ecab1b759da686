import { setTimeout as passed } from 'node:timers/promises';
import { eventIdIn, isLater } from '#libs/events';
import type { Redis } from '#libs/redis';
import { LRUCache } from 'lru-cache';

/** How many entries are recognised after a failover, as many as the adapter keeps; of one that lags further behind, some come twice. */
const MAX_SEEN = 10_000;
/** In how many of the newest entries one that is recognised is sought. */
const MAX_SOUGHT = 1_000;
/** How long a connection that cannot be asked waits before it is read again, in milliseconds. */
const RETRY_MS = 100;
/** How far back another stream is read, in milliseconds: what others published before this process was connected to it. */
const MISSED_MS = 10_000;

type Entry = [id: string, fields: string[]];
type XRead = (...given: unknown[]) => Promise<[stream: string, entries: Entry[]][] | null>;

/**
 * Has a connection that reads one stream by `xread` go on after the newest entry that it has read and that still exists, each time
 * that it was connected anew. Its last position may be later than all entries to come: after a failover to a replica that lagged
 * behind, or to an empty Redis whose clock is behind. The cluster adapter of Socket.IO would read nothing until that time.
 * @param reader the connection; its `xread` is replaced
 */
export function readOnAfterFailover(reader: Redis, stream: string): Redis {
  const seen = new LRUCache<string, true>({ max: MAX_SEEN });
  const xread = reader.xread.bind(reader) as unknown as XRead;
  let position: string | undefined;
  let isAnew = false;
  reader.on('close', () => (isAnew = true));

  /** The newest entry that was read; where there is none, what is recent by the clock of Redis is new. */
  const positionNow = async (last: string): Promise<string> => {
    if ((await reader.xrange(stream, last, last)).length) return last;
    const kept = (await reader.xrevrange(stream, '+', '-', 'COUNT', MAX_SOUGHT)).map(([id]) => id);
    const known = kept.find((id) => seen.has(id));
    if (known !== undefined) return known;
    const [newest] = kept;
    // It was trimmed: what there is, is later.
    if (newest !== undefined && isLater(eventIdIn(newest)!, eventIdIn(last)!)) return last;
    const [seconds] = (await reader.time()).map(Number) as [number, number];
    const recent = seconds * 1_000 - MISSED_MS;
    // Entries of a clock that was ahead may be of any time.
    return newest !== undefined && eventIdIn(newest)![0] > recent + 2 * MISSED_MS ? newest : `${recent}-0`;
  };

  const read: XRead = async (...given) => {
    // What `$` is, or where the caller is by now.
    position ??= String(given.at(-1));
    if (isAnew && position !== '$') {
      isAnew = false;
      try {
        position = await positionNow(position);
      } catch (error) {
        isAnew = true;
        // The adapter reads again at once.
        await passed(RETRY_MS, undefined, { ref: false });
        throw error;
      }
    }
    const found = await xread(...given.slice(0, -1), position);
    // Sent again after a failover, with the position of before: there may be entries below it.
    if (isAnew && position !== '$') return null;
    const [name, entries] = found?.[0] ?? [stream, []];
    const fresh = entries.filter(([id]) => !seen.has(id));
    for (const [id] of entries) seen.set((position = id), true);
    return fresh.length ? [[name, fresh]] : null;
  };
  reader.xread = read as unknown as Redis['xread'];
  return reader;
}
