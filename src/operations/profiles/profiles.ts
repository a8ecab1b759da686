import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { Audit } from '#gateway/identity/audit/audit';
import { WorkerReports } from '#gateway/operations/workers/worker-reports';
import { type ErrorCode, GatewayError } from '#libs/errors';
import { answerQueries, isWorker, queryWorker } from '#libs/process';
import type { Context } from '#libs/upstream';
import { check } from '#libs/view';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { ProcessProfiles } from './process-profiles.ts';
import type { Profile, SampledKind } from './profile.ts';
import { type ProfileRequest, profileRequest } from './profile-request.ts';

/** A refusal, as it crosses processes. */
interface Refused {
  code: ErrorCode;
  detail: string | undefined;
}

/** Takes profiles of the worker processes of this gateway, of each one at a time. A request reaches any of them. */
@Injectable()
export class Profiles implements OnModuleInit, OnApplicationShutdown {
  private stopAnswering = () => {};

  constructor(
    private readonly own: ProcessProfiles,
    private readonly workers: WorkerReports,
    private readonly audit: Audit,
    private readonly logger: PinoLogger,
  ) {}

  /** Whether the settings allow snapshots of the heap. */
  get allowsHeapSnapshots(): boolean {
    return this.own.allowsHeapSnapshots;
  }

  /** The processes that can be profiled, this one first. */
  get pids(): number[] {
    return this.workers.all.map(({ pid }) => pid);
  }

  onModuleInit(): void {
    if (!isWorker) return;
    this.stopAnswering = answerQueries(async (query, signal) => {
      try {
        return { stream: await this.own.file(check(profileRequest, query), signal) };
      } catch (error) {
        if (!(error instanceof GatewayError)) {
          this.logger.error({ err: error }, 'a profile could not be taken for another worker');
          throw error;
        }
        return { refused: { code: error.code, detail: error.detail } satisfies Refused };
      }
    });
  }

  onApplicationShutdown(): void {
    this.stopAnswering();
  }

  /**
   * Takes a profile that samples for a while.
   * @param signal ends it early, with what was sampled until then
   * @returns once it has begun
   * @throws {GatewayError} as `file` does
   */
  async sample(
    context: Context,
    request: ProfileRequest & { kind: SampledKind },
    signal: AbortSignal,
  ): Promise<{ finished: Promise<Profile> }> {
    const { kind, seconds } = request;
    if (!this.isOther(request)) {
      const sampled = await this.own.sample(kind, seconds, signal);
      this.note(context, request);
      return sampled;
    }
    const finished = json(await this.file(context, request, signal)) as Promise<Profile>;
    finished.catch(() => {});
    return { finished };
  }

  /**
   * Takes a profile, as the JSON file that developer tools open.
   * @param signal ends it early
   * @returns once it has begun
   * @throws {GatewayError} VALIDATION_FAILED for a process that is none of this gateway, FORBIDDEN where the settings do not
   * allow it, CONFLICT without enough free memory or while another one of that process is taken, UPSTREAM_UNAVAILABLE if the
   * process does not answer
   */
  async file(context: Context, request: ProfileRequest, signal: AbortSignal): Promise<Readable> {
    const stream = this.isOther(request)
      ? await this.fileOf(request.pid!, request, signal)
      : await this.own.file(request, signal);
    this.note(context, request);
    return stream;
  }

  /** Whether it is of another worker. */
  private isOther({ pid }: ProfileRequest): boolean {
    if (pid === undefined || pid === process.pid) return false;
    const { pids } = this;
    if (pids.includes(pid)) return true;
    throw new GatewayError('VALIDATION_FAILED', {
      errors: [{ field: 'pid', message: `Must be a process of this gateway: ${pids.join(', ')}` }],
    });
  }

  private async fileOf(pid: number, request: ProfileRequest, signal: AbortSignal): Promise<Readable> {
    const unavailable = (cause?: unknown) =>
      new GatewayError('UPSTREAM_UNAVAILABLE', { detail: `Process ${pid} does not answer: try again.`, cause });
    const answer = await queryWorker(pid, request, signal).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    if ('stream' in answer) return answer.stream;
    const refused = answer.refused as Refused | null;
    if (!refused) throw unavailable();
    throw new GatewayError(refused.code, { detail: refused.detail });
  }

  private note(context: Context, { kind, pid = process.pid }: ProfileRequest): void {
    this.audit.write(context, 'profile.taken', { userId: context.caller.id, profile: kind, pid });
  }
}
