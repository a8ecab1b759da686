import { createHash } from 'node:crypto';
import type { Redis } from '#libs/redis';
import { inTime } from './bullmq-reads.ts';
import type { JobFilter } from './job-queue.ts';
import type { JobRecord } from './job.ts';

/** For how long the jobs of an owner stay listed beside the time for which ended ones are kept, in milliseconds. */
const SPARE_MS = 7 * 24 * 3_600_000;

/** A job in the list of its owner. */
export interface OwnedJob {
  kind: string;
  id: string;
}

/** The jobs of each owner in Redis, newest first. It may list jobs that are gone, and misses none. */
export class BullmqOwners {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly keepMs: number,
  ) {}

  /** Lists a job. Done before the job is added, so that none is missing. */
  async add(owner: string, job: OwnedJob, delayMs: number): Promise<void> {
    const key = this.keyOf(owner);
    // Jobs of one millisecond keep their order.
    const at = performance.timeOrigin + performance.now();
    await this.redis.zadd(key, 'NX', at, memberOf(job));
    const leftMs = await this.redis.pttl(key);
    const neededMs = Math.ceil(this.keepMs + delayMs + SPARE_MS);
    if (leftMs < neededMs) await this.redis.pexpire(key, neededMs);
  }

  /**
   * The jobs that match, newest first.
   * @param last the job to continue after
   * @param read answers undefined for a job that is gone
   */
  async list(
    owner: string,
    { kind, state, limit }: JobFilter,
    last: OwnedJob | undefined,
    read: (job: OwnedJob) => Promise<JobRecord | undefined>,
  ): Promise<JobRecord[]> {
    const found: JobRecord[] = [];
    for (let after = last; found.length < limit;) {
      const page = await inTime(this.page(owner, after, limit));
      if (!page.length) break;
      after = page.at(-1)!;
      for (const job of await Promise.all(page.map(read))) {
        const isTheirs = job?.owner === owner && (!state || job.state === state) && (!kind || job.kind === kind);
        if (isTheirs) found.push(job);
      }
    }
    return found.slice(0, limit);
  }

  /** Removes a job that is gone. */
  async remove(owner: string, job: OwnedJob): Promise<void> {
    await this.redis.zrem(this.keyOf(owner), memberOf(job));
  }

  private async page(owner: string, after: OwnedJob | undefined, limit: number): Promise<OwnedJob[]> {
    const key = this.keyOf(owner);
    const rank = after ? await this.redis.zrevrank(key, memberOf(after)) : -1;
    if (rank === null) return [];
    return (await this.redis.zrevrange(key, rank + 1, rank + limit)).map(jobOf);
  }

  /** A hash, since subjects of outside issuers may have any characters. */
  private keyOf(owner: string): string {
    return `${this.prefix}:owner:${createHash('sha256').update(owner).digest('base64url')}`;
  }
}

const memberOf = ({ kind, id }: OwnedJob): string => `${kind} ${id}`;

function jobOf(member: string): OwnedJob {
  const [kind, id] = member.split(' ', 2) as [string, string];
  return { kind, id };
}
