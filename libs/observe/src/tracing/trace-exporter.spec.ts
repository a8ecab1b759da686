/** @jest-environment node */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, openTraceExporter, otelSettings, Recording, type TraceExporter } from '#libs/observe';
import { readSettings } from '#libs/process';
import { eventually, LogLines, OtlpCollector } from '#libs/testing';
import { z } from 'zod';

let collector: OtlpCollector;
let log: LogLines;
const opened: TraceExporter[] = [];
beforeEach(async () => {
  collector = await OtlpCollector.open();
  log = new LogLines();
});
afterEach(async () => {
  await collector.close();
  await Promise.all(opened.splice(0).map((exporter) => exporter.close()));
});

async function open(given: NodeJS.ProcessEnv = {}): Promise<TraceExporter> {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '10', ...given };
  const settings = readSettings(z.object(otelSettings), environment);
  const exporter = (await openTraceExporter(settings, 'gateway', createLogger('gateway', 'warn', log)))!;
  opened.push(exporter);
  return exporter;
}

/** A recording with one call, which failed. */
function aRecording(): Recording {
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
  const recording = new Recording(
    {
      requestId: 'r-1',
      name: 'GET /v1/home',
      kind: 'server',
      trace,
      attributes: { 'http.route': '/v1/home', n: 1 },
    },
    () => {},
  );
  const { root } = recording;
  const call = root.start('ListOrders', 'client', { parts: ['a', 'b'], isHedge: true, none: undefined });
  call.note('retry', { number: 2 });
  call.end('UPSTREAM_TIMEOUT', call.startMs + 12.5);
  root.end(undefined, root.startMs + 20);
  return recording;
}

describe('the exporter of traces', () => {
  it('sends recordings as OTLP, each span with its parent, its times and its attributes', async () => {
    const exporter = await open({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop,team=a%20b' });
    const recording = aRecording();
    exporter.export(recording);
    const [root, call] = await collector.until(({ length }) => length === 2);
    expect(root).toMatchObject({
      service: 'shop',
      traceId: 'a'.repeat(32),
      spanId: recording.root.id,
      parentSpanId: 'b'.repeat(16),
      name: 'GET /v1/home',
      kind: 'SPAN_KIND_SERVER',
      attributes: { 'http.route': '/v1/home', n: 1 },
      status: 'STATUS_CODE_UNSET',
    });
    expect(Math.abs(root!.durationMs - 20)).toBeLessThan(0.001);
    expect(Math.abs(Date.now() - root!.startMs)).toBeLessThan(5_000);
    expect(call).toMatchObject({
      parentSpanId: root!.spanId,
      kind: 'SPAN_KIND_CLIENT',
      attributes: { parts: ['a', 'b'], isHedge: true, 'error.type': 'UPSTREAM_TIMEOUT' },
      status: 'STATUS_CODE_ERROR',
      events: [{ name: 'retry', attributes: { number: 2 } }],
    });
    expect(Object.keys(call!.attributes)).not.toContain('none');
    await eventually(() => exporter.counts.exported === 2);
    expect(exporter).toMatchObject({ counts: { exported: 2, failed: 0, dropped: 0 }, queued: 0 });
  });

  it('sends what is queued when it is closed, with the headers and the coding of its settings', async () => {
    const exporter = await open({
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_SERVICE_NAME: 'named',
    });
    exporter.export(aRecording());
    await exporter.close();
    expect(collector.spans.map(({ service }) => service)).toEqual(['named', 'named']);
    expect(collector.requests[0]).toMatchObject({ authorization: 'Bearer x', 'content-encoding': 'gzip' });
  });

  it.each<NodeJS.ProcessEnv>([
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_SDK_DISABLED: 'TRUE' },
    { OTEL_TRACES_EXPORTER: 'none' },
  ])('is off with %j', async (given) => {
    expect(await open(given)).toBeUndefined();
    opened.pop();
  });

  it('drops and counts what exceeds the queue of a collector that does not answer, and closes in time', async () => {
    collector.respond = () => {};
    const exporter = await open({
      OTEL_BSP_MAX_QUEUE_SIZE: '10',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
    });
    for (let i = 0; i < 20; i += 1) exporter.export(aRecording());
    // One batch is on its way.
    expect(exporter).toMatchObject({ counts: { exported: 0, dropped: 28 }, queued: 10 });
    const since = performance.now();
    await exporter.close();
    expect(performance.now() - since).toBeLessThan(3_000);
  });

  it('counts what a collector refuses, and warns once a minute', async () => {
    collector.respond = (request, response) => {
      request.resume();
      response.writeHead(400).end('no');
    };
    const exporter = await open();
    for (const count of [2, 4, 6]) {
      exporter.export(aRecording());
      await eventually(() => exporter.counts.failed === count);
    }
    expect(exporter.queued).toBe(0);
    expect(log.with({ msg: 'traces are not exported' })).toHaveLength(1);
  });

  it('counts what a collector that is down does not get', async () => {
    const exporter = await open({ OTEL_EXPORTER_OTLP_TIMEOUT: '50' });
    await collector.close();
    exporter.export(aRecording());
    await eventually(() => exporter.counts.failed === 2);
    collector = await OtlpCollector.open();
  });

  it('ends an answer without end after its timeout, and sends the next spans', async () => {
    let isOver = false;
    collector.respond = (request, response) => {
      request.resume();
      response.writeHead(200);
      const next = () => void (isOver || response.write('x', () => setTimeout(next, 5)));
      next();
    };
    const exporter = await open({ OTEL_EXPORTER_OTLP_TIMEOUT: '200' });
    for (const count of [2, 4]) {
      exporter.export(aRecording());
      await eventually(() => exporter.counts.exported + exporter.counts.failed === count);
    }
    isOver = true;
    collector.respond = undefined;
    exporter.export(aRecording());
    await collector.until(({ length }) => length === 2);
  });

  it('takes garbage in place of an answer', async () => {
    collector.respond = (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/html' }).end(Buffer.alloc(10_000, 0xff));
    };
    const exporter = await open();
    exporter.export(aRecording());
    await eventually(() => exporter.counts.exported === 2);
    expect(log.with({ msg: 'traces are not exported' })).toHaveLength(1);
  });

  it('does not read an answer that is too large to be one', async () => {
    const wasRead = Promise.withResolvers<boolean>();
    collector.respond = (request, response) => {
      request.resume();
      response.once('close', () => wasRead.resolve(response.writableFinished));
      response.writeHead(200).end(Buffer.alloc(50_000_000, 0xff));
    };
    const exporter = await open();
    exporter.export(aRecording());
    await eventually(() => exporter.counts.failed === 2);
    expect(await wasRead.promise).toBe(false);
    expect(String(log.with({ msg: 'traces are not exported' })[0]!['reason'])).toContain(
      'larger than 65536 bytes',
    );
  });
});
