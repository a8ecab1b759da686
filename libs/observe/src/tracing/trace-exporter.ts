import type { Logger } from 'pino';
import { otlpTarget } from './otlp-settings.ts';
import type { OtelSettings } from './otel-settings.ts';
import type { Recording } from './recording.ts';

/** Sends finished recordings to a collector of OpenTelemetry. Sending takes no time of a request. */
export interface TraceExporter {
  /** Spans by what became of them, since the start. */
  readonly counts: {
    /** The collector has accepted them. */
    exported: number;
    /** The collector could not be reached, or refused them. */
    failed: number;
    /** The queue was full. */
    dropped: number;
  };
  /** The spans that wait to be sent. */
  readonly queued: number;
  /** Queues the spans of a recording. Those beyond `OTEL_BSP_MAX_QUEUE_SIZE` are dropped and counted. */
  export(recording: Recording): void;
  /** Sends what is queued, for at most `CLOSE_MS`; the rest is lost. Never rejects. */
  close(): Promise<void>;
}

/**
 * Opens the exporter that the settings ask for, and loads OpenTelemetry's SDK only then.
 * @param name of the process: the service's name where the settings give none
 * @returns undefined if the settings name no collector
 */
export async function openTraceExporter(
  settings: OtelSettings,
  name: string,
  log: Logger,
): Promise<TraceExporter | undefined> {
  const target = otlpTarget(settings, 'TRACES');
  if (!target) return undefined;
  const { SdkTraceExporter } = await import('./sdk-trace-exporter.ts');
  return new SdkTraceExporter(settings, target, name, log);
}
