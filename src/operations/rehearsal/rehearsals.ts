import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { isWorker } from '#libs/process';
import { CallLog, rehearse } from '#libs/rehearsal';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { CandidateSettings } from './candidate.ts';
import { type RehearsalReport, reportOf, type WorkerRehearsal } from './rehearsal-report.ts';
import { WorkerRehearsals } from './worker-rehearsals.ts';

/** Makes the calls of the last minutes again with other policies, in all workers, one rehearsal at a time. */
@Injectable()
export class Rehearsals implements OnModuleInit, OnApplicationShutdown {
  private ofWorkers: WorkerRehearsals | undefined;
  private isRunning = false;

  constructor(
    @Inject(CallLog) private readonly log: CallLog | null,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (isWorker) this.ofWorkers = new WorkerRehearsals((settings) => this.own(settings));
  }

  onApplicationShutdown(): void {
    this.ofWorkers?.stop();
  }

  /**
   * What would have been with these settings by upstream, beside what was.
   * @throws {GatewayError} CONFLICT while another rehearsal runs, or if no calls are recorded
   */
  async run(settings: CandidateSettings): Promise<RehearsalReport> {
    if (!this.log)
      throw new GatewayError('CONFLICT', { detail: 'No calls are recorded: REHEARSAL_MINUTES is 0.' });
    if (this.isRunning) throw new GatewayError('CONFLICT', { detail: 'Another rehearsal is running.' });
    this.isRunning = true;
    try {
      return reportOf(this.ofWorkers ? await this.ofWorkers.all(settings) : [await this.own(settings)]);
    } finally {
      this.isRunning = false;
    }
  }

  /** Rehearses the calls of this process: each worker has breakers, budgets and bulkheads of its own. */
  private async own(settings: CandidateSettings): Promise<WorkerRehearsal> {
    const recording = this.log!.recording();
    const { startedAt } = recording.calls;
    const since = startedAt.reduce((earliest, at) => Math.min(earliest, at), Infinity);
    const seconds = startedAt.length ? (performance.now() - since) / 1_000 : 0;
    const candidate = { settings, requestTimeoutMs: this.config.REQUEST_TIMEOUT_MS };
    return { seconds, figures: await rehearse(recording, candidate) };
  }
}
