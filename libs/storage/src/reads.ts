import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { storageFault } from './storage-fault.ts';
import type { AnyDatabase } from './any-database.ts';

/** How often a replica that is behind is asked again, in milliseconds. */
const POLL_MS = 5;

/** How long a replica that failed gets no reads, in milliseconds. */
const REST_MS = 1_000;

/** A replica of the primary database. */
interface Replica<Schema> {
  db: Kysely<Schema>;
  /** What it has replayed for certain: a position in the write-ahead log. */
  replayed: bigint;
  /** By `performance.now()`. */
  restsUntil: number;
}

/** Where reads have gone since the start. */
export interface ReadStatistics {
  replica: number;
  /** Because the replica was behind, or failed. */
  primary: number;
}

/**
 * Reads from replicas, each of which has all that was committed before the read began, by whatever process: the primary
 * is asked for its position in the log, as followers in Raft ask for the read index (Ongaro, 6.4), and a replica that has
 * not replayed it within `waitMs` is not used. One question serves all reads that have come in meanwhile.
 */
export class Reads<Schema> {
  readonly statistics: ReadStatistics = { replica: 0, primary: 0 };
  private readonly replicas: Replica<Schema>[];
  private next = 0;
  private running: Promise<bigint> | undefined;
  private queued: Promise<bigint> | undefined;

  constructor(
    private readonly primary: Kysely<Schema>,
    replicas: readonly Kysely<Schema>[],
    private readonly waitMs: number,
  ) {
    this.replicas = replicas.map((db) => ({ db, replayed: -1n, restsUntil: 0 }));
  }

  /** Runs a query of its own, on a replica if there is one. `query` may be run twice, and must only read. */
  async run<Result>(query: (db: Kysely<Schema>) => Promise<Result>): Promise<Result> {
    if (!this.replicas.length) return query(this.primary);
    const replica = await this.current();
    try {
      if (replica) return await this.counted('replica', query(replica.db));
    } catch (error) {
      if (!storageFault(error)) throw error;
      replica!.restsUntil = performance.now() + REST_MS;
    }
    return this.counted('primary', query(this.primary));
  }

  /** The databases that are read: the primary, then its replicas. */
  get databases(): Kysely<Schema>[] {
    return [this.primary, ...this.replicas.map(({ db }) => db)];
  }

  /** Closes the replicas. */
  async close(): Promise<void> {
    await Promise.all(this.replicas.map(({ db }) => db.destroy()));
  }

  private async counted<Result>(from: keyof ReadStatistics, read: Promise<Result>): Promise<Result> {
    const result = await read;
    this.statistics[from] += 1;
    return result;
  }

  /** A replica with all that is committed now; undefined if there is none. */
  private async current(): Promise<Replica<Schema> | undefined> {
    const now = performance.now();
    const able = this.replicas.filter(({ restsUntil }) => restsUntil <= now);
    if (!able.length) return undefined;
    const replica = able[(this.next = (this.next + 1) % able.length)]!;
    const position = await this.position();
    try {
      return (await this.hasReplayed(replica, position)) ? replica : undefined;
    } catch (error) {
      if (!storageFault(error)) throw error;
      replica.restsUntil = performance.now() + REST_MS;
      return undefined;
    }
  }

  private async hasReplayed(replica: Replica<Schema>, position: bigint): Promise<boolean> {
    const until = performance.now() + this.waitMs;
    while (replica.replayed < position) {
      const replayed = await positionIn(replica.db, sql`pg_last_wal_replay_lsn()`);
      if (replayed > replica.replayed) replica.replayed = replayed;
      if (replica.replayed >= position) break;
      if (performance.now() + POLL_MS > until) return false;
      await sleep(POLL_MS);
    }
    return true;
  }

  /** The primary's position. A question that is under way may have been answered before this read began. */
  private position(): Promise<bigint> {
    const request = () => {
      this.queued = undefined;
      const answer = positionIn(this.primary, sql`pg_current_wal_lsn()`);
      this.running = answer;
      const done = () => void (this.running === answer && (this.running = undefined));
      answer.then(done, done);
      return answer;
    };
    if (!this.running) return request();
    this.queued ??= this.running.then(request, request);
    return this.queued;
  }
}

async function positionIn(db: AnyDatabase, position: ReturnType<typeof sql>): Promise<bigint> {
  const { rows } = await sql<{ bytes: string | null }>`select (${position} - '0/0')::text as bytes`.execute(db);
  // A primary that was promoted replays nothing any more, and has no position.
  return BigInt(rows[0]?.bytes ?? -1);
}
