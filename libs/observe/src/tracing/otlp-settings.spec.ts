import { describe, expect, it } from '@jest/globals';
import { exporter, type OtlpSignal, otlpSettings, otlpTarget } from '#libs/observe';
import { readSettings } from '#libs/process';
import { z } from 'zod';

const schema = z.object({
  ...otlpSettings(''),
  ...otlpSettings('TRACES_'),
  ...otlpSettings('METRICS_'),
  ...otlpSettings('LOGS_'),
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: exporter,
  OTEL_METRICS_EXPORTER: exporter,
  OTEL_LOGS_EXPORTER: exporter,
});
const read = (environment: NodeJS.ProcessEnv) => readSettings(schema, environment);
const urlOf = (signal: OtlpSignal, environment: NodeJS.ProcessEnv) => otlpTarget(read(environment), signal)?.url;

const SIGNALS: OtlpSignal[] = ['TRACES', 'METRICS', 'LOGS'];

describe.each(SIGNALS)('%s over OTLP', (signal) => {
  const path = `/v1/${signal.toLowerCase()}`;

  it('are sent where their own endpoint is set, to that address as it is', () => {
    expect(urlOf(signal, {})).toBeUndefined();
    expect(urlOf(signal, { [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]: 'http://c:4318/x' })).toBe(
      'http://c:4318/x',
    );
  });

  it('are sent to the path of the protocol below the endpoint for all', () => {
    const environment = {
      [`OTEL_${signal}_EXPORTER`]: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/otlp/',
    };
    expect(urlOf(signal, environment)).toBe(`http://c:4318/otlp${path}`);
    expect(urlOf(signal, { [`OTEL_${signal}_EXPORTER`]: 'otlp' })).toBe(`http://localhost:4318${path}`);
    expect(urlOf(signal, { ...environment, [`OTEL_${signal}_EXPORTER`]: 'none' })).toBeUndefined();
    expect(urlOf(signal, { ...environment, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  });

  it('have what is set for all, and their own before it', () => {
    const all = {
      [`OTEL_${signal}_EXPORTER`]: 'otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    };
    expect(otlpTarget(read(all), signal)).toMatchObject({
      headers: { a: '1', b: '2' },
      timeoutMs: 300,
      compression: 'gzip',
    });
    const own = {
      [`OTEL_EXPORTER_OTLP_${signal}_HEADERS`]: 'b=3',
      [`OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`]: '400',
      [`OTEL_EXPORTER_OTLP_${signal}_COMPRESSION`]: 'none',
    };
    expect(otlpTarget(read({ ...all, ...own }), signal)).toMatchObject({
      headers: { a: '1', b: '3' },
      timeoutMs: 400,
      compression: 'none',
    });
  });

  it.each([
    ['ENDPOINT', 'http://user:secret@c:4318'],
    ['HEADERS', 'secret'],
    ['TIMEOUT', '0'],
    ['COMPRESSION', 'zstd'],
    ['PROTOCOL', 'grpc'],
  ])('are refused with a wrong %s, without the value', (field, value) => {
    const name = `OTEL_EXPORTER_OTLP_${signal}_${field}`;
    expect(() => read({ [name]: value })).toThrow(`  ${name}: must`);
    expect(() => read({ [name]: value })).not.toThrow('secret');
  });
});

it('metrics and log lines are not sent where an endpoint for all is set alone, and traces are', () => {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' };
  expect(SIGNALS.filter((signal) => urlOf(signal, environment))).toEqual(['TRACES']);
});
