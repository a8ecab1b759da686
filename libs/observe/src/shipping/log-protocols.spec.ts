import { afterEach, describe, expect, it } from '@jest/globals';
import { otlpReader } from '#libs/testing';
import {
  bulk,
  closeAll,
  documentsIn,
  type ExportLogs,
  logTo,
  nothing,
  pushed,
  receiverThat,
} from './receivers.fixture.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';

afterEach(closeAll);

describe('log lines', () => {
  it('reach Loki with few labels, their own times and all their fields, and standard output first', async () => {
    const loki = await receiverThat(nothing);
    const { logger, output, until } = await logTo([loki]);
    logger.info({ traceId: TRACE_ID, route: '/a' }, 'one');
    logger.error('two');
    await until(({ shipped }) => shipped === 2);
    const [request] = loki.requests;
    expect(request).toMatchObject({
      path: '/loki/api/v1/push',
      headers: { 'content-type': 'application/json', authorization: 'Basic abc' },
    });
    const streams = pushed(loki.requests);
    expect(streams.map(({ stream }) => stream)).toEqual([
      { service_name: 'gateway', level: 'info' },
      { service_name: 'gateway', level: 'error' },
    ]);
    const [[time, line]] = streams[0]!.values as [[string, string]];
    expect(JSON.parse(line)).toEqual(output.lines[0]);
    expect(BigInt(time)).toBe(BigInt(Date.parse(output.lines[0]!['time'] as string)) * 1_000_000n);
  });

  it('reach Elasticsearch as documents of a data stream', async () => {
    const elastic = await receiverThat(bulk(() => 201));
    const { logger, until } = await logTo([{ url: elastic.url, kind: 'elasticsearch' }]);
    logger.info({ traceId: TRACE_ID }, 'one');
    logger.warn('two');
    await until(({ shipped }) => shipped === 2);
    const lines = documentsIn(elastic.requests);
    expect(elastic.requests[0]!.headers['content-type']).toBe('application/x-ndjson');
    expect(elastic.requests[0]!.body.toString().endsWith('\n')).toBe(true);
    expect(lines.map(({ action }) => action)).toEqual(
      Array(2).fill({ create: { _index: 'logs-atrium-default' } }),
    );
    expect(lines[0]!.document).toMatchObject({
      '@timestamp': expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'info',
      msg: 'one',
      traceId: TRACE_ID,
    });
    expect(lines[0]!.document).not.toHaveProperty('time');
  });

  it('reach an OpenTelemetry collector as records with severity, trace and attributes', async () => {
    const collector = await receiverThat((_, response) =>
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(),
    );
    const { logger, until } = await logTo([{ url: collector.url, kind: 'otlp' }], { isCompressed: true });
    logger.warn({ traceId: TRACE_ID, spanId: SPAN_ID, status: 503, tries: [{ upstream: 'orders' }] }, 'one');
    await until(({ shipped }) => shipped === 1);
    const [request] = collector.requests;
    expect(request!.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    });
    const { resourceLogs } = otlpReader('logs')(request!.body) as ExportLogs;
    const record = resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
    expect(resourceLogs[0]!.resource.attributes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          key: 'service.name',
          value: expect.objectContaining({ stringValue: 'gateway' }),
        }),
        expect.objectContaining({
          key: 'deployment.environment.name',
          value: expect.objectContaining({ stringValue: 'test' }),
        }),
      ]),
    );
    expect(record).toMatchObject({
      severityNumber: 'SEVERITY_NUMBER_WARN',
      severityText: 'warn',
      body: { stringValue: 'one' },
    });
    expect(record.traceId.toString('hex')).toBe(TRACE_ID);
    expect(record.spanId.toString('hex')).toBe(SPAN_ID);
    expect(record.attributes.map(({ key }) => key)).toEqual(['process', 'status', 'tries']);
    expect(Number(BigInt(record.timeUnixNano) / 1_000_000n)).toBeGreaterThan(Date.now() - 60_000);
  });
});
