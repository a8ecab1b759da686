import type { Logger } from 'pino';
import type { OtelSettings } from './otel-settings.ts';
import { Recording, type RecordingOptions } from './recording.ts';
import { samplerOf } from './sampler.ts';
import { openTraceExporter } from './trace-exporter.ts';

/** The export of a service's traces: each sampled call is recorded, and sent to the collector that the settings name. */
export interface CallTraces {
  /** Begins the recording of a call; undefined for one that is not sampled. */
  begin(options: RecordingOptions): Recording | undefined;
  /** Sends what is left, for at most 2 s. */
  close(): Promise<void>;
}

/** Opens the export that the settings ask for; undefined if they name no collector. */
export async function openCallTraces(
  settings: OtelSettings | undefined,
  name: string,
  logger: Logger,
): Promise<CallTraces | undefined> {
  const exporter = settings && (await openTraceExporter(settings, name, logger));
  if (!exporter) return undefined;
  const sampler = samplerOf(settings);
  const finish = (recording: Recording) => exporter.export(recording);
  return {
    begin(options) {
      const recording = new Recording(options, finish);
      recording.isSampled = sampler(recording);
      recording.isPropagated = true;
      return recording.isSampled ? recording : undefined;
    },
    close: () => exporter.close(),
  };
}
