import { resourceFromAttributes } from '@opentelemetry/resources';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { LogDestination, LogProtocol } from './destination.ts';
import { parsedLine } from './parsed-line.ts';

/** The numbers of severities (https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber). */
const SEVERITIES: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};
const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

type Records = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0];
type LogRecord = Records[number];
type LogAttributes = LogRecord['attributes'];

/** OTLP over HTTP in protobuf (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request). */
export function otlpLogsProtocol({ service, resource: attributes }: LogDestination): LogProtocol {
  const resource = resourceFromAttributes({ 'service.name': service, ...attributes });
  const instrumentationScope = { name: 'atrium' };

  const recordOf = (text: string): LogRecord => {
    const { fields, level, nanoseconds } = parsedLine(text);
    const { msg, traceId, spanId, level: _level, time: _time, ...others } = fields;
    const hrTime: [number, number] = [Number(nanoseconds.slice(0, -9)), Number(nanoseconds.slice(-9))];
    const isTraced = typeof traceId === 'string' && TRACE_ID.test(traceId);
    return {
      hrTime,
      hrTimeObserved: hrTime,
      severityText: level,
      severityNumber: SEVERITIES[level],
      body: typeof msg === 'string' ? msg : undefined,
      attributes: withoutNull(others),
      droppedAttributesCount: 0,
      resource,
      instrumentationScope,
      ...(isTraced
        ? {
            spanContext: {
              traceId,
              spanId: typeof spanId === 'string' && SPAN_ID.test(spanId) ? spanId : '',
              traceFlags: 0,
            },
          }
        : {}),
    };
  };

  return {
    encode: (lines) => ({
      body: ProtobufLogsSerializer.serializeRequest(lines.map(recordOf))!,
      contentType: 'application/x-protobuf',
    }),
    judge(answer) {
      const { partialSuccess } = ProtobufLogsSerializer.deserializeResponse(answer);
      return { refused: Number(partialSuccess?.rejectedLogRecords ?? 0), again: [] };
    },
  };
}

/** An attribute has a value; nested fields are values of their own (AnyValue). */
const withoutNull = (fields: Record<string, unknown>): LogAttributes =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as LogAttributes;
