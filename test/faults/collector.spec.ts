import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { OtlpCollector } from '#libs/testing';
import { isWhole, medianP99Of } from '#test/support/load';
import { LyingShop } from '#test/support/lying-shop';
import type { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(60_000);

const MEGABYTE = 1024 * 1024;
const PER_SECOND = 100;
const FAULT_MS = 7_000;
const MAX_GROWTH_MB = 40;
const MAX_SLOWER_MS = 20;

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** Reads the batch, then answers. */
const answering =
  (status: number, headers: Record<string, string> = {}, body: Buffer | string = ''): Respond =>
  (request, response) =>
    void request.resume().on('end', () => response.writeHead(status, headers).end(body));

/** Accepts the batch at once, and never ends its answer: nothing is lost but time. */
const trickling: Respond = (request, response) =>
  void request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-protobuf' });
    const timer = setInterval(() => response.write('x'), 100).unref();
    response.once('close', () => clearInterval(timer));
  });

const FAULTS: [name: string, respond: Respond][] = [
  ['is down', (request) => request.socket.destroy()],
  ['does not answer', () => {}],
  ['is slow: a byte each tenth of a second', trickling],
  ['refuses (400)', answering(400)],
  ['is overloaded (503, Retry-After: 60)', answering(503, { 'retry-after': '60' })],
  ['answers garbage', answering(200, { 'content-type': 'text/html' }, Buffer.alloc(5 * MEGABYTE, 0xff))],
];

let collector: OtlpCollector;
let upstreams: LyingShop;
let shop: RealShop;
beforeAll(async () => {
  collector = await OtlpCollector.open();
  upstreams = await LyingShop.open();
  shop = await upstreams.gateway({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
  });
  // A process that is warm has taken what memory it needs for work as such.
  await shop.loadFor(4_000, PER_SECOND, home);
});
afterAll(async () => {
  await shop?.close();
  await upstreams?.close();
  await collector?.close();
});

const home = (index: number) => ({ path: '/v1/home', headers: shop.access.of(`u${index % 500}`) });

/** The spans by outcome, as operators see them. */
async function spans(outcome: string): Promise<number> {
  const text = await shop.metrics();
  return Number(new RegExp(`^trace_spans_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(text)?.[1]);
}

describe('a collector of traces that', () => {
  it.each(FAULTS)('%s', async (name, respond) => {
    const row = new Row(`the collector ${name}`);
    const calm = medianP99Of(await shop.calm(PER_SECOND, home, FAULT_MS));
    const before = (await spans('failed')) + (await spans('dropped'));
    const rssBefore = shop.gateway.rssBytes;
    collector.respond = respond;
    const samples = await shop.loadFor(FAULT_MS, PER_SECOND, home);
    row.all('answers 200, complete', samples, isWhole);
    row.upTo('p99 of the median second', calm + MAX_SLOWER_MS, medianP99Of(samples));
    row.upTo('growth of the gateway', MAX_GROWTH_MB, (shop.gateway.rssBytes - rssBefore) / MEGABYTE, 'MB');
    const lost = (await spans('failed')) + (await spans('dropped')) - before;
    if (respond !== trickling) row.note('lost spans that are counted', 'some', `${lost}`, lost > 0);

    collector.respond = undefined;
    const received = collector.spans.length;
    const healedAt = performance.now();
    const load = shop.load(PER_SECOND, home);
    await collector.until(({ length }) => length > received);
    row.upTo('spans are received again after', 2_000, performance.now() - healedAt);
    await load.stop();
    expect(row.missed).toEqual([]);
  });
});
