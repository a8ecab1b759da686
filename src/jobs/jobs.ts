import { createHash } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import { type JobFilter, type JobOptions, JobQueue, type JobRecord } from '#libs/jobs';
import type { Context } from '#libs/upstream';
import { check } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { type JobClass, declaredKind } from './job-kind.ts';
import { originOf } from './job-origin.ts';

/** How a job is added for a request. */
export interface AddOptions extends Pick<JobOptions, 'delayMs' | 'priority'> {
  /** The same key of the same caller and kind is the same job: `Idempotency-Key`, or what names the work. */
  idempotencyKey?: string | undefined;
}

/** Adds jobs for requests, and reads them for their owners. */
@Injectable()
export class Jobs {
  constructor(private readonly queue: JobQueue) {}

  /**
   * Adds a job for the caller, who owns it. It is kept before this resolves, and is run even if this process is killed.
   * @throws {GatewayError} UNAUTHENTICATED without a caller, VALIDATION_FAILED, IDEMPOTENCY_MISMATCH for a key of a job with another
   * input, OVERLOADED, PAYLOAD_TOO_LARGE
   */
  async add<Input>(
    context: Context,
    kind: JobClass<Input>,
    input: Input,
    { idempotencyKey, ...options }: AddOptions = {},
  ): Promise<JobRecord<Input>> {
    const { name, input: schema } = declaredKind(kind)!;
    const { caller } = context;
    if (caller.id === undefined) throw new GatewayError('UNAUTHENTICATED');
    const checked = check(schema as never, input) as Input;
    const id = idempotencyKey === undefined ? undefined : idOf(caller.id, name, idempotencyKey);
    const { job, isNew } = await this.queue.add(name, checked, {
      ...options,
      id,
      owner: caller.id,
      origin: originOf(context),
    });
    if (!isNew && JSON.stringify(job.input) !== JSON.stringify(checked))
      throw new GatewayError('IDEMPOTENCY_MISMATCH', { detail: 'The key was used for another job.' });
    return job as JobRecord<Input>;
  }

  /**
   * Jobs of the caller, newest first.
   * @throws {GatewayError} VALIDATION_FAILED for an `after` that is none of them; OVERLOADED
   */
  async list({ caller }: Context, filter: Pick<JobFilter, 'state' | 'after' | 'limit'>): Promise<JobRecord[]> {
    const { id: owner } = caller;
    if (owner === undefined) throw new GatewayError('UNAUTHENTICATED');
    const { after } = filter;
    if (after !== undefined && (await this.queue.find(after))?.owner !== owner) throw noSuchPage();
    return this.queue.list({ ...filter, owner });
  }

  /** A job of the caller. @throws {GatewayError} NOT_FOUND, also for another caller's job */
  async byId({ caller }: Context, id: string): Promise<JobRecord> {
    const job = await this.queue.find(id);
    if (!job || caller.id === undefined || job.owner !== caller.id)
      throw new GatewayError('NOT_FOUND', { detail: 'There is no such job.' });
    return job;
  }

  /**
   * Cancels a job of the caller. One that runs is told, and may take a moment to stop.
   * @throws {GatewayError} NOT_FOUND; CONFLICT for one that has completed or failed
   */
  async cancel(context: Context, id: string): Promise<JobRecord> {
    await this.byId(context, id);
    const job = await this.queue.cancel(id);
    if (!job) throw new GatewayError('NOT_FOUND', { detail: 'There is no such job.' });
    if (job.state === 'COMPLETED' || job.state === 'FAILED')
      throw new GatewayError('CONFLICT', { detail: 'The job has ended.' });
    return job;
  }
}

const idOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);

function noSuchPage(): GatewayError {
  const errors = [{ field: 'after', message: 'Must be a cursor of an earlier page of the same list' }];
  return new GatewayError('VALIDATION_FAILED', { detail: 'There is no such page.', errors });
}
