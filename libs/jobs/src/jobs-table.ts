import { STALLED } from './attempt.ts';
import { type JobKindSettings } from './job-kind.ts';
import type { AddedJob, JobCounts, JobFilter, NewJob } from './job-queue.ts';
import { tooManyWaiting } from './job-queue.ts';
import type { JobFailure, JobProgress, JobRecord } from './job.ts';
import { COLUMNS, type JobRow, recordOf } from './job-row.ts';
import type { JobsFile } from './jobs-file.ts';
import { noteStart, waitOf } from './start-rates.ts';

/** A job that a worker holds, until its lease ends. */
export interface Lease {
  job: JobRecord;
  token: string;
}

/** How many old jobs are deleted at once, and how often in a row. */
const [BATCH, MAX_BATCHES] = [500, 40];

/** A run ends and its job waits again, unless it was cancelled meanwhile. */
const WAITS_AGAIN = `token = null, state = case when cancelling = 1 then 'CANCELLED' else 'WAITING' end,
  ended_at = case when cancelling = 1 then :now end`;

/** The jobs in an SQLite file. Every change is one transaction, and one that ends a run needs its token. */
export class JobsTable {
  private takes = 0;

  /** @param worker names this process @param now milliseconds since the epoch */
  constructor(
    private readonly file: JobsFile,
    private readonly worker: string,
    private readonly leaseMs: number,
    private readonly now: () => number,
  ) {}

  insert({ name: kind, attempts, maxWaiting }: JobKindSettings, job: NewJob): Promise<AddedJob> {
    const now = this.now();
    return this.file.transaction(() => {
      const known = this.find(job.id);
      if (known) return { job: known, isNew: false };
      const [{ waiting }] = this.file.all<{ waiting: number }>(
        `select count(*) as waiting from jobs where kind = :kind and state = 'WAITING'`,
        { kind },
      ) as [{ waiting: number }];
      if (waiting >= maxWaiting) throw tooManyWaiting();
      const [row] = this.file.all<JobRow>(
        `insert into jobs (id, kind, owner, state, priority, input, origin, max_attempts, delay_ms, run_at, created_at)
         values (:id, :kind, :owner, 'WAITING', :priority, :json, :origin, :attempts, :delayMs, :runAt, :now)
         returning ${COLUMNS}`,
        { ...job, kind, attempts, runAt: now + job.delayMs, now },
      );
      return { job: recordOf(row!), isNew: true };
    });
  }

  find(id: string): JobRecord | undefined {
    return this.file.all<JobRow>(`select ${COLUMNS} from jobs where id = :id`, { id }).map(recordOf)[0];
  }

  list({ kind, state, owner, after, limit }: JobFilter): JobRecord[] {
    return this.file
      .all<JobRow>(
        `select ${COLUMNS} from jobs where (:kind is null or kind = :kind) and (:state is null or state = :state)
           and (:owner is null or owner = :owner)
           and (:after is null or seq < (select seq from jobs where id = :after)) order by seq desc limit :limit`,
        { kind: kind ?? null, state: state ?? null, owner: owner ?? null, after: after ?? null, limit },
      )
      .map(recordOf);
  }

  counts(): JobCounts[] {
    return this.file.all(
      `select kind, sum(state = 'WAITING') as waiting, sum(state = 'RUNNING') as running, sum(state = 'FAILED') as failed,
         max(case when state = 'COMPLETED' then ended_at end) as lastCompletedAt from jobs group by kind`,
    );
  }

  /** The earliest time after another at which a job is to be run, in milliseconds since the epoch. */
  nextRunAfter(at: number): number | undefined {
    const [next] = this.file.all<{ at: number | null }>(
      `select min(run_at) as at from jobs where state = 'WAITING' and run_at > :at`,
      { at },
    );
    return next?.at ?? undefined;
  }

  /**
   * Takes the next job of a kind that may run now: of the highest priority, then the oldest.
   * @returns undefined without one, and the time to wait if the rate of the kind allows no more
   */
  async take({ name: kind, concurrency, rate }: JobKindSettings): Promise<Lease | { waitMs: number } | undefined> {
    const now = this.now();
    // Without a job no lock is taken.
    const isAny = this.file.all(
      `select 1 from jobs where kind = :kind and state = 'WAITING' and run_at <= :now limit 1`,
      { kind, now },
    ).length;
    if (!isAny) return undefined;
    return this.file.transaction(() => {
      const [{ running }] = this.file.all<{ running: number }>(
        `select count(*) as running from jobs where kind = :kind and state = 'RUNNING'`,
        { kind },
      ) as [{ running: number }];
      if (running >= concurrency) return undefined;
      const waitMs = rate ? waitOf(this.file, kind, rate, now) : 0;
      if (waitMs) return { waitMs };
      const token = `${this.worker}:${(this.takes += 1)}`;
      const [row] = this.file.all<JobRow>(
        `update jobs set state = 'RUNNING', attempt = attempt + 1, worker = :worker, token = :token, lease_until = :until,
           started_at = :now, ended_at = null, failure = null
         where id = (select id from jobs where kind = :kind and state = 'WAITING' and run_at <= :now
           order by priority, run_at, seq limit 1) returning ${COLUMNS}`,
        { kind, now, worker: this.worker, token, until: now + this.leaseMs },
      );
      if (!row) return undefined;
      if (rate) noteStart(this.file, kind);
      return { job: recordOf(row), token };
    });
  }

  /** Renews leases. @returns the tokens that are still valid, and those whose job was cancelled */
  async renew(tokens: readonly string[]): Promise<{ valid: Set<string>; cancelled: Set<string> }> {
    const rows = await this.file.write<{ token: string; cancelling: number }>(
      `update jobs set lease_until = :until where state = 'RUNNING' and token in (select value from json_each(:tokens))
       returning token, cancelling`,
      { until: this.now() + this.leaseMs, tokens: JSON.stringify(tokens) },
    );
    return {
      valid: new Set(rows.map(({ token }) => token)),
      cancelled: new Set(rows.flatMap(({ token, cancelling }) => (cancelling ? [token] : []))),
    };
  }

  /** The tokens of this process whose jobs were cancelled. */
  cancelledHere(): string[] {
    return this.file
      .all<{ token: string }>(
        `select token from jobs where state = 'RUNNING' and cancelling = 1 and worker = :worker`,
        { worker: this.worker },
      )
      .map(({ token }) => token);
  }

  progress(token: string, { done, total }: JobProgress): Promise<JobRecord | undefined> {
    return this.ofRun(token, `done = :done, total = :total`, { done, total: total ?? null });
  }

  complete(token: string, result: string): Promise<JobRecord | undefined> {
    return this.ofRun(token, `state = 'COMPLETED', result = :result, ended_at = :now, token = null`, { result });
  }

  fail(token: string, failure: JobFailure): Promise<JobRecord | undefined> {
    const set = `state = 'FAILED', failure = :failure, ended_at = :now, token = null`;
    return this.ofRun(token, set, { failure: JSON.stringify(failure) });
  }

  cancelled(token: string): Promise<JobRecord | undefined> {
    return this.ofRun(token, `state = 'CANCELLED', ended_at = :now, token = null`, {});
  }

  retry(token: string, failure: JobFailure, delayMs: number): Promise<JobRecord | undefined> {
    const set = `failure = :failure, delay_ms = :delayMs, run_at = :now + :delayMs`;
    return this.ofRun(token, `${WAITS_AGAIN}, ${set}`, { failure: JSON.stringify(failure), delayMs });
  }

  /** Gives a job back, as if it had not been taken. */
  giveBack(token: string): Promise<JobRecord | undefined> {
    return this.ofRun(token, `${WAITS_AGAIN}, attempt = attempt - 1, delay_ms = 0, run_at = :now`, {});
  }

  async cancel(id: string): Promise<JobRecord | undefined> {
    const [row] = await this.file.write<JobRow>(
      `update jobs set cancelling = 1, state = case state when 'WAITING' then 'CANCELLED' else state end,
         ended_at = case state when 'WAITING' then :now else ended_at end
       where id = :id and state in ('WAITING', 'RUNNING') returning ${COLUMNS}`,
      { id, now: this.now() },
    );
    return row && recordOf(row);
  }

  async replay(id: string): Promise<JobRecord | undefined> {
    const [row] = await this.file.write<JobRow>(
      `update jobs set state = 'WAITING', attempt = 0, cancelling = 0, failure = null, ended_at = null, done = null,
         total = null, delay_ms = 0, run_at = :now
       where id = :id and state in ('FAILED', 'CANCELLED') returning ${COLUMNS}`,
      { id, now: this.now() },
    );
    return row && recordOf(row);
  }

  async remove(id: string): Promise<boolean> {
    const ended = `state in ('COMPLETED', 'FAILED', 'CANCELLED')`;
    return (await this.file.write(`delete from jobs where id = :id and ${ended} returning 1`, { id })).length > 0;
  }

  /** Lets jobs wait again, or fail, whose process did not renew their lease. @returns them */
  async recover(): Promise<JobRecord[]> {
    const now = this.now();
    const { leaseMs } = this;
    // Without anything to mend no lock is taken.
    const isAny = this.file.all(
      `select 1 from jobs where (state = 'RUNNING' and (lease_until <= :now or lease_until > :now + :leaseMs))
         or (state = 'WAITING' and run_at > :now and run_at > :now + delay_ms) limit 1`,
      { now, leaseMs },
    ).length;
    if (!isAny) return [];
    // A clock that was set back must not delay anything for longer than it was to be.
    await this.file.write(
      `update jobs set run_at = :now + delay_ms where state = 'WAITING' and run_at > :now + delay_ms`,
      { now },
    );
    await this.file.write(
      `update jobs set lease_until = :now + :leaseMs where state = 'RUNNING' and lease_until > :now + :leaseMs`,
      { now, leaseMs },
    );
    const rows = await this.file.write<JobRow>(
      `update jobs set token = null, delay_ms = 0, run_at = :now, failure = :stalled,
         state = case when cancelling = 1 then 'CANCELLED' when attempt >= max_attempts then 'FAILED' else 'WAITING' end,
         ended_at = case when cancelling = 1 or attempt >= max_attempts then :now end
       where state = 'RUNNING' and lease_until <= :now returning ${COLUMNS}`,
      { now, stalled: JSON.stringify(STALLED) },
    );
    return rows.map(recordOf);
  }

  /** Deletes jobs that ended before a time. Other writes come between the batches. */
  async prune(before: number): Promise<void> {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const deleted = await this.file.write(
        `delete from jobs where seq in (select seq from jobs where ended_at < :before limit ${BATCH}) returning 1`,
        { before },
      );
      if (deleted.length < BATCH) return;
    }
  }

  private async ofRun(
    token: string,
    set: string,
    parameters: Record<string, string | number | null>,
  ): Promise<JobRecord | undefined> {
    const [row] = await this.file.write<JobRow>(
      `update jobs set ${set} where token = :token and state = 'RUNNING' returning ${COLUMNS}`,
      { ...parameters, token, now: this.now() },
    );
    return row && recordOf(row);
  }
}
