import { Attempt, type Outcome } from './attempt.ts';
import { type Interruption } from './interrupted.ts';
import { backoffOf, type JobKindSettings } from './job-kind.ts';
import type { JobListener } from './job-queue.ts';
import type { JobProgress, JobRecord, RunJob } from './job.ts';
import type { JobsTable, Lease } from './jobs-table.ts';

/** The jobs of a table that run in this process. */
export class RunningJobs {
  private readonly byToken = new Map<string, { attempt: Attempt; settled: Promise<void> }>();
  private renewedAt = performance.now();

  constructor(
    private readonly run: RunJob,
    private readonly leaseMs: number,
    private readonly changed: JobListener,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Runs a job that was taken. @param onSettled called once it has ended or waits again */
  begin(table: JobsTable, kind: JobKindSettings, { job, token }: Lease, onSettled: () => void): void {
    this.changed(job);
    const report = (kept: JobRecord | undefined) => kept && this.changed(kept);
    const keep = (progress: JobProgress) => void table.progress(token, progress).then(report, this.onError);
    const attempt = new Attempt(job, kind, this.run, keep);
    const settled = attempt.ended
      .then((outcome) => this.settle(table, kind, { job, token }, outcome))
      .then(report, this.onError)
      .finally(() => {
        this.byToken.delete(token);
        onSettled();
      });
    this.byToken.set(token, { attempt, settled: settled.then(() => undefined) });
  }

  interrupt(tokens: Iterable<string>, why: Interruption): void {
    for (const token of tokens) this.byToken.get(token)?.attempt.interrupt(why);
  }

  interruptAll(why: Interruption): void {
    this.interrupt(this.byToken.keys(), why);
  }

  /** Renews the leases, in thirds of their length. */
  async renew(table: JobsTable): Promise<void> {
    const at = performance.now();
    if (!this.byToken.size || at - this.renewedAt < this.leaseMs / 3) return;
    this.renewedAt = at;
    const tokens = [...this.byToken.keys()];
    const { valid, cancelled } = await table.renew(tokens);
    this.interrupt(cancelled, 'cancelled');
    this.interrupt(
      tokens.filter((token) => !valid.has(token)),
      'lost',
    );
  }

  async settled(): Promise<void> {
    await Promise.all([...this.byToken.values()].map(({ settled }) => settled));
  }

  private async settle(
    table: JobsTable,
    kind: JobKindSettings,
    { job, token }: Lease,
    outcome: Outcome,
  ): Promise<JobRecord | undefined> {
    if (outcome.is === 'completed') return table.complete(token, outcome.result);
    if (outcome.is === 'failed')
      return outcome.isFinal || job.attempt >= job.maxAttempts
        ? table.fail(token, outcome.failure)
        : table.retry(token, outcome.failure, backoffOf(kind, job.attempt));
    if (outcome.why === 'cancelled') return table.cancelled(token);
    return outcome.why === 'shutdown' ? table.giveBack(token) : undefined;
  }
}
