import { boundedAgent } from './bounded-agent.ts';
import type { OtlpTarget } from './otlp-settings.ts';

/** The options of OpenTelemetry's exporters over HTTP for a target. */
export const exporterOptions = ({ url, headers, timeoutMs, compression = 'none' }: OtlpTarget) => ({
  url,
  headers: { ...headers },
  timeoutMillis: timeoutMs,
  httpAgentOptions: (protocol: string) => boundedAgent(protocol, timeoutMs),
  // Its type is an enum of these words, as OpenTelemetry's own settings have them.
  compression: compression as never,
});
