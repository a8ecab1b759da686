import { Config } from '#gateway/config/config';
import { PersonalFiles } from '#gateway/files/personal-files';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { UploadCounts } from './upload-counts.ts';
import { UploadStore } from './upload-store.ts';

/** How often expired files are deleted, in milliseconds. */
const EVERY_MS = 3_600_000;

/** Deletes everybody's uploads and files that have expired, and what killed processes have left of others. */
@Injectable()
export class SweepFiles implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly config: Config,
    private readonly store: UploadStore,
    private readonly files: PersonalFiles,
    private readonly counts: UploadCounts,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    // Gateways that started together do not sweep together, and one that is started again each half an hour sweeps, too.
    this.runAfter(EVERY_MS * Math.random());
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  /** Sweeps now. A failure is logged; the next run tries again. */
  async run(): Promise<void> {
    try {
      const { uploads, objects } = await this.store.sweep(Date.now(), this.config.UPLOAD_LIFE_MS);
      this.counts.end('expired', uploads);
      const deleted = objects + (await this.files.deleteExpired(Date.now()));
      if (deleted) this.logger.info({ deleted }, 'expired files deleted');
    } catch (error) {
      this.logger.warn({ err: error }, 'expired files not deleted');
    }
  }

  private runAfter(ms: number): void {
    this.timer = setTimeout(() => {
      this.runAfter(EVERY_MS);
      void this.run();
    }, ms).unref();
  }
}
