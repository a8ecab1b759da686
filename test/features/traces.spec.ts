/** @jest-environment node */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CollectedSpan, eventually, OtlpCollector } from '#libs/testing';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';

const access = new Access();
let collector: OtlpCollector;
let shop: Shop;
beforeAll(async () => {
  collector = await OtlpCollector.open();
  shop = await Shop.open({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    JWT_PRIVATE_KEY: access.privateKey,
  });
});
afterAll(async () => {
  await shop?.close();
  await collector?.close();
});

/** The headers of a client whose trace has this id. */
const traced = (digit: string, flags = '01') => ({
  traceparent: `00-${digit.repeat(32)}-${'b'.repeat(16)}-${flags}`,
  ...access.of('u1'),
});

/** The spans of one trace once the request's own has come. */
async function spansOf(digit: string): Promise<CollectedSpan[]> {
  const isIts = ({ traceId }: CollectedSpan) => traceId === digit.repeat(32);
  const isRoot = (span: CollectedSpan) => isIts(span) && span.parentSpanId === 'b'.repeat(16);
  return (await collector.until((spans) => spans.some(isRoot))).filter(isIts);
}

/** The samples that have one trace as exemplar. */
async function exemplarsOf(digit: string): Promise<string[]> {
  const accept = 'application/openmetrics-text; version=1.0.0';
  const text = await (await fetch(`${shop.gateway.adminUrl}/metrics`, { headers: { accept } })).text();
  return text.split('\n').filter((line) => line.includes(`# {trace_id="${digit.repeat(32)}"}`));
}

describe('the traces of the gateway', () => {
  it('hold the request of a sampled client and each try of its upstream calls', async () => {
    const headers = { ...traced('1'), baggage: 'secret=1' };
    await (await fetch(`${shop.gateway.url}/v1/home`, { headers })).json();
    const spans = await spansOf('1');
    const root = spans.find(({ kind }) => kind === 'SPAN_KIND_SERVER')!;
    expect(root).toMatchObject({ service: 'gateway', name: 'GET /v1/home', parentSpanId: 'b'.repeat(16) });
    const tries = spans.filter(({ kind }) => kind === 'SPAN_KIND_CLIENT');
    expect(tries.map(({ attributes }) => attributes['atrium.method'])).toContain('ListRecentOrders');
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('hold the operation of GraphQL by its type, the use case, and the calls below it', async () => {
    const body = JSON.stringify({ query: 'query Mine { me { name } }' });
    const headers = { ...traced('6'), 'content-type': 'application/json' };
    const answer = await fetch(`${shop.gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ data: { me: { name: expect.any(String) } } });
    const spans = await spansOf('6');
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const path = (span: CollectedSpan | undefined): string[] =>
      span ? [...path(byId.get(span.parentSpanId)), span.name] : [];
    const [call] = spans.filter(({ kind }) => kind === 'SPAN_KIND_CLIENT');
    expect(path(call)).toEqual(['POST /graphql', 'query', 'GetMe', expect.stringContaining('GET /users')]);
    expect(spans.find(({ name }) => name === 'query')!.attributes).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Mine',
    });
  });

  it('hold root fields that run side by side beside each other, each with its own calls', async () => {
    const query = '{ me { name } home { user { name } } orders { nodes { id } } }';
    const headers = { ...traced('8'), 'content-type': 'application/json' };
    const answer = await fetch(`${shop.gateway.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    expect(await answer.json()).toMatchObject({ data: { me: { name: expect.any(String) } } });
    const spans = await spansOf('8');
    const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    const parents = spans
      .filter(({ attributes }) => attributes['atrium.use_case'])
      .map(({ name, parentSpanId }) => `${nameOf.get(parentSpanId)} > ${name}`);
    expect(parents.toSorted()).toEqual(['query > GetHome', 'query > GetMe', 'query > ListOrders']);
  });

  it('hold each operation of a WebSocket as a request of its own, in the trace of its connection', async () => {
    const client = createClient({
      url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, { headers: traced('7') });
        }
      },
    });
    const { value } = await client.iterate({ query: '{ me { name } }' }).next();
    expect(value).toMatchObject({ data: { me: { name: expect.any(String) } } });
    const isMessage = ({ name, traceId }: CollectedSpan) => name === 'graphql' && traceId === '7'.repeat(32);
    const spans = await collector.until((all) => all.some(isMessage));
    const message = spans.find(isMessage)!;
    await client.dispose();
    const [connection] = (await spansOf('7')).filter(({ parentSpanId }) => parentSpanId === 'b'.repeat(16));
    expect(connection).toMatchObject({ name: 'GET /graphql', spanId: message.parentSpanId });
    expect(connection!.attributes).toMatchObject({ 'http.response.status_code': 101, 'atrium.stream': true });
  });

  it('link each event of a subscription to the request that caused it', async () => {
    const left = new AbortController();
    const subscription = await fetch(`${shop.gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...traced('a'), accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { notifications { type } }' }),
      signal: left.signal,
    });
    await eventually(async () => (await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)) === 1);
    const headers = { ...traced('c'), 'content-type': 'application/json', 'idempotency-key': 'traced' };
    const body = JSON.stringify({ lines: [{ productId: 'p1', quantity: 1 }] });
    const answer = await fetch(`${shop.gateway.url}/v1/orders`, { method: 'POST', headers, body });
    expect(answer.status).toBe(201);
    let received = '';
    for await (const chunk of subscription.body!)
      if ((received += Buffer.from(chunk).toString()).includes('ORDER_PLACED')) break;
    const isEvent = ({ name, traceId }: CollectedSpan) => name === 'event' && traceId === 'a'.repeat(32);
    const event = (await collector.until((all) => all.some(isEvent))).find(isEvent)!;
    const [placed] = (await spansOf('c')).filter(({ kind }) => kind === 'SPAN_KIND_SERVER');
    expect(event.links).toEqual([{ traceId: 'c'.repeat(32), spanId: placed!.spanId }]);
    left.abort();
  });

  it('are found from the metrics: the buckets of tries and requests have the trace as exemplar', async () => {
    await (await fetch(`${shop.gateway.url}/v1/orders`, { headers: traced('7') })).json();
    await spansOf('7');
    const lines = await exemplarsOf('7');
    const found = (start: string, label: string) =>
      lines.some((line) => line.startsWith(start) && line.includes(label));
    expect(found('upstream_try_duration_seconds_bucket', 'method="ListOrders"')).toBe(true);
    expect(found('http_request_duration_seconds_bucket', 'route="/v1/orders"')).toBe(true);
  });

  it('hold no request of a client that does not sample', async () => {
    await (await fetch(`${shop.gateway.url}/v1/home`, { headers: traced('2', '00') })).json();
    await (await fetch(`${shop.gateway.url}/v1/home`, { headers: traced('3') })).json();
    await spansOf('3');
    expect(collector.spans.filter(({ traceId }) => traceId === '2'.repeat(32))).toEqual([]);
  });

  it('keep one that failed all the same, and say why', async () => {
    await shop.stop('reviews');
    await shop.stop('products');
    await shop.stop('orders');
    await shop.stop('users');
    await (await fetch(`${shop.gateway.url}/v1/home`, { headers: traced('4', '00') })).json();
    const [root] = (await spansOf('4')).filter(({ kind }) => kind === 'SPAN_KIND_SERVER');
    expect(root).toMatchObject({ status: 'STATUS_CODE_ERROR', attributes: { 'atrium.kept': 'errors' } });
    expect(await exemplarsOf('4')).toEqual([
      expect.stringMatching(/^http_request_duration_seconds_bucket\{.*route="\/v1\/home",status="5/),
    ]);
    expect(await exemplarsOf('2')).toEqual([]);
    for (const name of ['users', 'orders', 'products', 'reviews'] as const) await shop.start(name);
  });

  it('are counted by outcome, for operators', async () => {
    expect(await shop.metric(/^trace_spans_total\{outcome="exported"\} (\d+)/m)).toBeGreaterThan(3);
    expect(await shop.metric(/^traces_total\{decision="kept"\} (\d+)/m)).toBe(1);
    expect(await shop.metric(/^traces_total\{decision="left_out"\} (\d+)/m)).toBeGreaterThan(0);
  });

  it('hold nothing of the admin port', async () => {
    await shop.metric(/x/);
    await (await fetch(`${shop.gateway.url}/v1/home`, { headers: traced('5') })).json();
    await spansOf('5');
    expect(collector.spans.filter(({ name }) => name.includes('metrics'))).toEqual([]);
  });
});
