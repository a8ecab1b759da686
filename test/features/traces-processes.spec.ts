import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CollectedSpan, OtlpCollector } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { RealProcess } from '#test/support/process';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN = 'b7ad6b7169203331';

/** A try in the access log; ordinary values are left out. */
interface LoggedTry {
  upstream: string;
  method: string;
  outcome: string;
  durationMs: number;
}

/** A request as operators see it. */
interface Waterfall {
  traceId: string;
  status: number;
  spans: {
    id: string;
    parentId?: string;
    name: string;
    durationMs: number;
    attributes: Record<string, unknown>;
  }[];
}

let collector: OtlpCollector;
let shop: RealShop;
beforeAll(async () => {
  collector = await OtlpCollector.open();
  const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
  shop = await RealShop.open(async () => ({ ...telemetry, RATE_LIMIT: 'on' }), telemetry);
});
afterAll(async () => {
  await shop?.close();
  await collector?.close();
});

const isOf = (kind: string) => (span: CollectedSpan) => span.kind === `SPAN_KIND_${kind}`;
const numbers = (one: number, other: number) => one - other;

describe('one request across processes', () => {
  let spans: CollectedSpan[];
  let line: Record<string, unknown>;
  let before: string;
  beforeAll(async () => {
    before = await shop.metrics();
    const headers = {
      ...shop.access.of('u1'),
      'x-request-id': 'r-traced',
      traceparent: `00-${TRACE_ID}-${CLIENT_SPAN}-03`,
    };
    await (await fetch(`${shop.url}/v1/home`, { headers })).json();
    line = await shop.gateway.log.first({ requestId: 'r-traced', msg: 'request' });
    const isWhole = (all: readonly CollectedSpan[]) => {
      const tries = all.filter(isOf('CLIENT')).filter(({ service }) => service === 'gateway');
      const served = all.filter(isOf('SERVER')).filter(({ service }) => service !== 'gateway');
      return all.some(({ parentSpanId }) => parentSpanId === CLIENT_SPAN) && served.length >= tries.length;
    };
    spans = await collector.until(isWhole);
  });

  it('is one trace, in which each span of a service is the child of the try that called it', () => {
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));
    const root = spans.find(({ parentSpanId }) => parentSpanId === CLIENT_SPAN)!;
    expect(root).toMatchObject({ service: 'gateway', name: 'GET /v1/home', kind: 'SPAN_KIND_SERVER' });
    const ids = new Map(spans.map((span) => [span.spanId, span]));
    for (const span of spans.filter((one) => one !== root)) expect(ids.has(span.parentSpanId)).toBe(true);
    const served = spans.filter(isOf('SERVER')).filter(({ service }) => service !== 'gateway');
    const pairs = served.map((span) => {
      const parent = ids.get(span.parentSpanId)!;
      return [parent.service, parent.attributes['atrium.upstream'] === span.service];
    });
    expect(pairs).toEqual(served.map(() => ['gateway', true]));
    expect(new Set(served.map(({ service }) => service))).toEqual(new Set(['users', 'orders', 'products']));
  });

  it('has the statements of the services below their calls', () => {
    const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === 'sqlite');
    expect(new Set(statements.map(({ service }) => service))).toEqual(new Set(['users', 'orders', 'products']));
  });

  it('is the same in the access log: ids, tries, outcomes, and durations to 2 ms', () => {
    const root = spans.find(({ parentSpanId }) => parentSpanId === CLIENT_SPAN)!;
    expect(line).toMatchObject({ traceId: TRACE_ID, requestId: root.attributes['atrium.request_id'] });
    expect(line['status']).toBe(root.attributes['http.response.status_code']);
    expect(Math.abs(root.durationMs - Number(line['durationMs']))).toBeLessThanOrEqual(2);
    const tries = spans.filter(isOf('CLIENT')).filter(({ service }) => service === 'gateway');
    const logged = line['tries'] as LoggedTry[];
    const described = (...words: unknown[]) => words.join(' ');
    const ofSpans = tries.map(
      ({ attributes: { 'atrium.upstream': upstream, 'atrium.method': method, 'atrium.outcome': outcome } }) =>
        described(upstream, method, outcome),
    );
    expect(ofSpans.sort()).toEqual(logged.map((one) => described(one.upstream, one.method, one.outcome)).sort());
    const [spanMs, logMs] = [tries, logged].map((all) => all.map(({ durationMs }) => durationMs).sort(numbers));
    for (const [i, ms] of spanMs!.entries()) expect(Math.abs(ms - logMs![i]!)).toBeLessThanOrEqual(2);
  });

  it('is the same in the waterfall: ids, parents, names, outcomes, durations to 2 ms, and what it cost', async () => {
    const answer = await fetch(`${shop.adminUrl}/admin/requests/r-traced`, { headers: shop.access.admin });
    const { requests } = (await answer.json()) as { requests: Waterfall[] };
    expect(requests).toMatchObject([{ traceId: TRACE_ID, status: line['status'] }]);
    const [{ spans: drawn }] = requests as [Waterfall];
    const exported = spans.filter(({ service }) => service === 'gateway');
    const described = (id: string, parent: string | undefined, name: string, outcome: unknown) =>
      [id, parent, name, outcome].join(' ');
    expect(
      drawn
        .map((one) => described(one.id, one.parentId ?? CLIENT_SPAN, one.name, one.attributes['atrium.outcome']))
        .sort(),
    ).toEqual(
      exported
        .map((one) => described(one.spanId, one.parentSpanId, one.name, one.attributes['atrium.outcome']))
        .sort(),
    );
    const durations = new Map(exported.map(({ spanId, durationMs }) => [spanId, durationMs]));
    for (const { id, durationMs } of drawn)
      expect(Math.abs(durationMs - durations.get(id)!)).toBeLessThanOrEqual(2);
    const costs = [drawn[0]!.attributes, exported.find(isOf('SERVER'))!.attributes].map((of) => of['atrium.cost']);
    expect(costs).toEqual([expect.any(Number), costs[0]]);
  });

  it('is the same in the metrics: the tries, and their durations to 2 ms', async () => {
    const after = await shop.metrics();
    const tries = spans.filter(isOf('CLIENT')).filter(({ service }) => service === 'gateway');
    for (const { attributes, durationMs } of tries) {
      const labels = `upstream="${String(attributes['atrium.upstream'])}",method="${String(attributes['atrium.method'])}"`;
      const valueIn = (text: string, part: string) => {
        const found = new RegExp(
          `^upstream_try_duration_seconds_${part}\\{[^}]*?${labels.replaceAll(/[{}/]/g, '\\$&')}[^\\n]*?\\} (\\S+)`,
          'm',
        ).exec(text);
        return Number(found?.[1] ?? 0);
      };
      expect(valueIn(after, 'count') - valueIn(before, 'count')).toBe(1);
      const sumMs = (valueIn(after, 'sum') - valueIn(before, 'sum')) * 1_000;
      expect(Math.abs(sumMs - durationMs)).toBeLessThanOrEqual(2);
    }
  });
});

describe('a process with a wrong setting of where to report', () => {
  it.each([
    ['gateway', { OTEL_TRACES_SAMPLER: 'sometimes' }],
    ['orders', { OTEL_TRACES_SAMPLER: 'sometimes' }],
    ['gateway', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }],
    ['gateway', { SENTRY_DSN: 'sentry' }],
  ] as const)('does not start: %s with %j', async (name, settings) => {
    await expect(RealProcess.start(name, settings)).rejects.toThrow('exit code 78');
  });
});
