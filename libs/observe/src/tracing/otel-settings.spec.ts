import { describe, expect, it } from '@jest/globals';
import { checkOtel, otelSettings, samplerOf, Recording } from '#libs/observe';
import { readSettings } from '#libs/process';
import { z } from 'zod';

const schema = z.object(otelSettings).superRefine(checkOtel, { when: () => true });
const read = (environment: NodeJS.ProcessEnv) => readSettings(schema, environment);

describe('the settings of OpenTelemetry', () => {
  it.each([
    ['OTEL_SDK_DISABLED', 'maybe'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'service.name'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://ada:secret@collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization: Bearer secret'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'brotli'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'ftp://collector'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/json'],
    ['OTEL_TRACES_EXPORTER', 'jaeger'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_BSP_SCHEDULE_DELAY', '0'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'many'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '4096'],
    ['OTEL_PROPAGATORS', 'b3'],
  ])('names %s where it is %j, without its value', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(`  ${name}: must`);
    try {
      read({ [name]: value });
    } catch (error) {
      expect((error as Error).message).not.toContain('secret');
    }
  });
});

describe('the sampler', () => {
  const traceOf = (id: string, flags: string) => ({ traceparent: `00-${id}-${'b'.repeat(16)}-${flags}` });
  const decides = (name: string, ratio: string, trace?: { traceparent: string }) => {
    const sampler = samplerOf(read({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }));
    return sampler(new Recording({ requestId: 'r', name: 'GET', kind: 'server', trace }, () => {}));
  };
  const [LOW, HIGH] = [`${'0'.repeat(31)}1`, `${'f'.repeat(8)}${'0'.repeat(24)}`];

  it('follows the client where it is parent-based, and decides by itself where there is none', () => {
    expect(decides('parentbased_always_off', '1', traceOf(LOW, '01'))).toBe(true);
    expect(decides('parentbased_always_on', '1', traceOf(LOW, '02'))).toBe(false);
    expect(decides('parentbased_always_on', '1')).toBe(true);
    expect(decides('parentbased_always_off', '1')).toBe(false);
    expect(decides('parentbased_traceidratio', '0')).toBe(false);
  });

  it('decides by the trace id alone where it samples a share', () => {
    expect(decides('traceidratio', '0.5', traceOf(LOW, '00'))).toBe(true);
    expect(decides('traceidratio', '0.5', traceOf(HIGH, '01'))).toBe(false);
    expect(decides('traceidratio', '1', traceOf(HIGH, '00'))).toBe(true);
  });

  it('samples about that share of new traces', () => {
    const sampled = Array.from({ length: 5_000 }, () => decides('traceidratio', '0.1')).filter(Boolean);
    expect(sampled.length).toBeGreaterThan(350);
    expect(sampled.length).toBeLessThan(650);
  });
});
