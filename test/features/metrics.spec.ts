import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { Shop } from '#test/support/shop';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';
/** More names than the metrics keep by themselves. */
const MANY = 150;

const access = new Access();
const { files, authority, remove } = certificateFiles();
let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open({ ...files, JWT_PRIVATE_KEY: access.privateKey, SHEDDING: 'off' });
});
afterAll(async () => {
  await shop?.close();
  remove();
});

/** Requests over one HTTP/2 connection, whose methods and paths are whatever a client writes. */
async function send(
  requests: { method?: string; path: string; headers?: Record<string, string>; body?: object }[],
) {
  const session = connect(`https://localhost:${new URL(shop.gateway.url).port}`, {
    ca: authority,
    host: '127.0.0.1',
  });
  const statuses: unknown[] = [];
  for (const { method = 'GET', path, headers = {}, body } of requests) {
    const content = body ? { 'content-type': 'application/json' } : {};
    const stream = session.request({ ':method': method, ':path': path, ...content, ...headers });
    stream.end(body && JSON.stringify(body));
    const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
    statuses.push(answer[':status']);
    stream.resume();
    await once(stream, 'close');
  }
  session.close();
  return statuses;
}

const scrape = (accept = 'text/plain') => fetch(`${shop.gateway.adminUrl}/metrics`, { headers: { accept } });
/** The series that requests are counted in; what libuv holds open comes and goes. */
const seriesIn = (text: string) => text.split('\n').filter((line) => line && !/^(#|nodejs_active)/.test(line));

describe('the number of series', () => {
  it('does not grow with the methods, paths, queries and names of operations that clients invent', async () => {
    const invented = (from: number) =>
      Array.from({ length: MANY }, (_, n) => n + from).flatMap((n) => [
        { method: `X${n}`, path: '/v1/products' },
        { path: `/nothing/${n}` },
        { path: `/v1/products/none-${n}?q=${n}`, headers: access.of('u1') },
        {
          method: 'POST',
          path: '/graphql',
          headers: access.of('u1'),
          body: { query: `query Q${n} { __typename }` },
        },
      ]);
    /** The use of operations is collected before its report, and else every ten seconds. */
    const collected = async () => {
      const report = await fetch(`${shop.gateway.adminUrl}/admin/usage`, { headers: access.admin });
      expect(report.status).toBe(200);
      await report.arrayBuffer();
      return seriesIn(await (await scrape()).text());
    };
    await send(invented(0));
    // The first report and the first scrape are counted themselves.
    await collected();
    const before = await collected();
    await send(invented(MANY));
    const after = await collected();
    const names = (series: string[]) => new Set(series.map((line) => line.slice(0, line.lastIndexOf(' '))));
    expect([...names(after)].filter((name) => !names(before).has(name))).toEqual([]);
    expect(after.some((line) => line.includes('operation="_OTHER"'))).toBe(true);
    expect(after.some((line) => line.startsWith('graphql_operation_calls_total{operation="_AD_HOC"'))).toBe(true);
  });

  it('has the persisted operations by their names even then', async () => {
    const query = readFileSync('clients/web/home.graphql', 'utf8');
    await send([{ method: 'POST', path: '/graphql', headers: access.of('u1'), body: { query } }]);
    expect(seriesIn(await (await scrape()).text())).toContain(
      'graphql_operation_duration_seconds_count{operation="WebHome",outcome="OK"} 1',
    );
  });
});

describe('OpenMetrics', () => {
  it('is what a scraper gets that asks for it, with the trace of a sampled request and of no other', async () => {
    const traceId = 'ab'.repeat(16);
    const unsampled = 'cd'.repeat(16);
    await send(
      [`00-${traceId}-${'1'.repeat(16)}-01`, `00-${unsampled}-${'1'.repeat(16)}-00`].map((traceparent) => ({
        path: '/livez',
        headers: { traceparent },
      })),
    );
    const answer = await scrape(OPEN_METRICS);
    expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const text = await answer.text();
    expect(text).toMatch(
      new RegExp(
        `_bucket\\{le="[^"]+",method="GET",route="/livez",status="200"\\} \\d+ # \\{trace_id="${traceId}"\\}`,
      ),
    );
    expect(text).not.toContain(unsampled);
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  it('is not what others get, whose parsers would refuse exemplars', async () => {
    const answer = await scrape('*/*');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answer.text();
    expect(text).not.toContain('trace_id');
    expect(text).not.toContain('# EOF');
  });
});
