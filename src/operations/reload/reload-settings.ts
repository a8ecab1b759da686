import { isWorker } from '#libs/process';
import type { Context } from '#libs/upstream';
import { GatewayError } from '#libs/errors';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ReloadCause, Reloaded } from './reload-messages.ts';
import { Reloads } from './reloads.ts';
import { WorkerReloads } from './worker-reloads.ts';

/** Reloads the settings of the gateway: of all its workers, if there are several. */
@Injectable()
export class ReloadSettings implements OnApplicationBootstrap, OnApplicationShutdown {
  private workers: WorkerReloads | undefined;

  constructor(private readonly reloads: Reloads) {}

  onApplicationBootstrap(): void {
    if (isWorker) this.workers = new WorkerReloads(this.reloads);
  }

  onApplicationShutdown(): void {
    this.workers?.stop();
  }

  /** The files that the settings were read from. */
  get files(): ReadonlySet<string> {
    return this.reloads.files;
  }

  /** Reloads this process after a signal or a changed file, and reports the outcome to the log. */
  triggered(cause: ReloadCause): Reloaded {
    const outcome = this.here();
    if (outcome.problems.length) this.reloads.reportRefused(cause, outcome.problems);
    else this.reloads.reportApplied(cause, outcome.changes);
    return outcome;
  }

  /**
   * Reloads all processes at the request of an operator.
   * @throws {GatewayError} VALIDATION_FAILED with each wrong setting; then nothing has changed
   */
  async requested(context: Context): Promise<Pick<Reloaded, 'changes' | 'processes'>> {
    const { changes, problems, processes } = (await this.workers?.run()) ?? this.here();
    if (problems.length) {
      this.reloads.reportRefused('request', problems, context);
      throw new GatewayError('VALIDATION_FAILED', {
        detail: 'The settings are wrong: nothing was changed.',
        errors: problems.map(({ setting, message }) => ({ field: setting, message })),
      });
    }
    this.reloads.reportApplied('request', changes, context);
    return { changes, processes };
  }

  private here(): Reloaded {
    const { problems } = this.reloads.check();
    return { problems, changes: problems.length ? [] : this.reloads.apply(), processes: 1 };
  }
}
