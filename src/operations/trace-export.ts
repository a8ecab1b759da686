import { Config } from '#gateway/config/config';
import { RequestRecordings } from '#gateway/edge/tracing/request-recordings';
import { openTraceExporter, type Recording, samplerOf, type TraceExporter } from '#libs/observe';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { keepReason } from './keep-reason.ts';

const NOTHING = { exported: 0, failed: 0, dropped: 0 };

/**
 * Exports the recordings of requests to a collector of OpenTelemetry, if the settings name one: those that were
 * sampled, and those that `TRACES_KEEP` keeps once they have ended.
 */
@Injectable()
export class TraceExport implements OnModuleInit, OnApplicationShutdown {
  /** Recordings by what was decided. */
  readonly decisions = { sampled: 0, kept: 0, left_out: 0 };
  private exporter: TraceExporter | undefined;
  private unsubscribe = () => {};

  constructor(
    private readonly config: Config,
    private readonly recordings: RequestRecordings,
    private readonly log: PinoLogger,
  ) {}

  /** The outcomes of spans. */
  get counts(): TraceExporter['counts'] {
    return this.exporter?.counts ?? NOTHING;
  }

  /** The spans that wait to be sent. */
  get queued(): number {
    return this.exporter?.queued ?? 0;
  }

  async onModuleInit(): Promise<void> {
    this.exporter = await openTraceExporter(this.config, 'gateway', this.log.logger);
    if (!this.exporter) return;
    this.recordings.sampler = samplerOf(this.config);
    this.recordings.isKept = (recording) => keepReason(recording, this.config) !== undefined;
    this.unsubscribe = this.recordings.subscribe((recording) => this.take(recording));
  }

  /** The last requests have ended by now. */
  async onApplicationShutdown(): Promise<void> {
    this.unsubscribe();
    await this.exporter?.close();
  }

  private take(recording: Recording): void {
    if (recording.isSampled) {
      this.decisions.sampled += 1;
      return this.exporter!.export(recording);
    }
    const reason = keepReason(recording, this.config);
    if (!reason) return void (this.decisions.left_out += 1);
    this.decisions.kept += 1;
    recording.root.attributes['atrium.kept'] = reason;
    this.exporter!.export(recording);
  }
}
