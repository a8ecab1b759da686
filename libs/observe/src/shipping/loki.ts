import { ALL_TAKEN, type LogDestination, type LogProtocol } from './destination.ts';
import { parsedLine } from './parsed-line.ts';

/**
 * Grafana Loki's push API (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs). Labels are few:
 * the service and the level; everything else stays in the line, which LogQL's `json` parses.
 */
export const lokiProtocol = ({ service }: LogDestination): LogProtocol => ({
  encode(lines) {
    const byLevel = new Map<string, [time: string, line: string][]>();
    for (const text of lines) {
      const { level, nanoseconds } = parsedLine(text);
      const values = byLevel.get(level) ?? [];
      byLevel.set(level, values);
      values.push([nanoseconds, text]);
    }
    const streams = [...byLevel].map(([level, values]) => ({ stream: { service_name: service, level }, values }));
    return { body: JSON.stringify({ streams }), contentType: 'application/json' };
  },
  // 204 has no body, and Loki takes all or nothing.
  judge: () => ALL_TAKEN,
});
