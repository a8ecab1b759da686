import { Audit } from '#gateway/identity/audit/audit';
import { JobRegistry } from '#gateway/jobs/job-registry';
import { Schedules } from '#gateway/jobs/schedules';
import { GatewayError } from '#libs/errors';
import { type JobCounts, JobQueue, type JobRecord } from '#libs/jobs';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { JobListRequest } from './job-list-query.ts';

/** A job as operators see it. Its input and its result are its owner's. */
export type ListedJob = Omit<JobRecord, 'input' | 'origin' | 'result'>;

/** The jobs of one kind, and when its schedule adds the next. */
export interface KindReport extends JobCounts {
  nextAt?: number | undefined;
}

/** What operators see of jobs, and do with them. */
@Injectable()
export class JobOperations {
  constructor(
    private readonly queue: JobQueue,
    private readonly registry: JobRegistry,
    private readonly schedules: Schedules,
    private readonly audit: Audit,
  ) {}

  /** The names of all kinds. */
  get kinds(): string[] {
    return [...this.registry.kinds.keys()].sort();
  }

  /** How many jobs of each kind there are, and the newest of them. @throws {GatewayError} OVERLOADED */
  async report(request: JobListRequest): Promise<{ kinds: KindReport[]; jobs: ListedJob[] }> {
    const [counts, jobs] = await Promise.all([this.queue.counts(), this.queue.list(request)]);
    const kinds = counts.map((each) => ({ ...each, nextAt: this.schedules.nextOf(each.kind) }));
    return { kinds, jobs: jobs.map(({ input: _, origin: __, result: ___, ...job }) => job) };
  }

  /**
   * Runs a failed or cancelled job again, with all its attempts; audited.
   * @throws {GatewayError} NOT_FOUND, CONFLICT for one that is neither
   */
  async replay(context: Context, id: string): Promise<ListedJob> {
    const before = await this.queue.find(id);
    if (!before) throw new GatewayError('NOT_FOUND', { detail: 'There is no such job.' });
    if (before.state !== 'FAILED' && before.state !== 'CANCELLED')
      throw new GatewayError('CONFLICT', { detail: 'Only failed and cancelled jobs can be replayed.' });
    const { input: _, origin: __, result: ___, ...job } = (await this.queue.replay(id)) ?? before;
    this.audit.write(context, 'job.replayed', { userId: context.caller.id, jobId: id, job: job.kind });
    return job;
  }
}
