import { diag, DiagLogLevel } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { processResource } from './process-resource.ts';
import { exporterOptions } from './exporter-options.ts';
import type { OtlpTarget } from './otlp-settings.ts';
import type { OtelSettings } from './otel-settings.ts';
import { ExportedSpan } from './readable-span.ts';
import type { Recording } from './recording.ts';
import type { TraceExporter } from './trace-exporter.ts';

/** The time that the last spans get at the end of the process, in milliseconds. */
const CLOSE_MS = 2_000;
/** The least time between two warnings, in milliseconds. */
const WARN_MS = 60_000;

/** `TraceExporter` by OpenTelemetry's batching processor and its OTLP exporter. */
export class SdkTraceExporter implements TraceExporter {
  readonly counts = { exported: 0, failed: 0, dropped: 0 };
  queued = 0;
  private readonly resource: Resource;
  private readonly processor: BatchSpanProcessor;
  private readonly maxQueued: number;
  private warnedAt = -Infinity;
  private suppressed = 0;
  private readonly log: Logger;

  constructor(settings: OtelSettings, target: OtlpTarget, name: string, log: Logger) {
    this.log = log;
    this.resource = resourceOf(settings, name);
    this.maxQueued = settings.OTEL_BSP_MAX_QUEUE_SIZE;
    // Without what is not text: OpenTelemetry adds whole answers.
    const warn = (...given: unknown[]) => this.warn(given.filter(isText).map(String).join(' '));
    const quiet = () => {};
    const logger = { error: warn, warn, info: quiet, debug: quiet, verbose: quiet };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    this.processor = new BatchSpanProcessor({
      exporter: this.counting(exporterOf(target)),
      scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
      exportTimeoutMillis: settings.OTEL_BSP_EXPORT_TIMEOUT,
      maxQueueSize: this.maxQueued,
      maxExportBatchSize: settings.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
    });
  }

  export({ spans, droppedSpans }: Recording): void {
    this.counts.dropped += droppedSpans;
    for (const span of spans) {
      if (this.queued >= this.maxQueued) this.counts.dropped += 1;
      else {
        this.queued += 1;
        this.processor.onEnd(new ExportedSpan(span, this.resource));
      }
    }
  }

  async close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, CLOSE_MS);
    // It rejects with whatever the collector did; the failure has been counted.
    await Promise.race([this.processor.shutdown().catch(() => {}), late.promise]);
    clearTimeout(timer);
  }

  /** The exporter, with what becomes of its spans counted: the processor keeps its own counts to itself. */
  private counting(inner: SpanExporter): SpanExporter {
    return {
      export: (spans: ReadableSpan[], done: (result: ExportResult) => void) => {
        this.queued -= spans.length;
        inner.export(spans, (result) => {
          const isDone = result.code === ExportResultCode.SUCCESS;
          this.counts[isDone ? 'exported' : 'failed'] += spans.length;
          if (!isDone) this.warn(result.error?.message ?? 'unknown error');
          done(result);
        });
      },
      shutdown: () => inner.shutdown(),
    };
  }

  /** At most one line a minute: a collector that is down fails every batch. */
  private warn(reason: string): void {
    const now = performance.now();
    if (now - this.warnedAt < WARN_MS) return void (this.suppressed += 1);
    const { suppressed } = this;
    this.warnedAt = now;
    this.suppressed = 0;
    this.log.warn({ reason: reason.slice(0, 300), suppressed, ...this.counts }, 'traces are not exported');
  }
}

const isText = (given: unknown): boolean => typeof given === 'string' || given instanceof Error;

const resourceOf = (settings: OtelSettings, name: string): Resource =>
  defaultResource().merge(resourceFromAttributes(processResource(settings, name)));

// One batch is sent at a time; the others wait in the queue, where they are counted.
const exporterOf = (target: OtlpTarget): OTLPTraceExporter =>
  new OTLPTraceExporter({ ...exporterOptions(target), concurrencyLimit: 8 });
