import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aWireOrder,
  CSV,
  ExportShop,
  JSON_ARRAY,
  NDJSON,
  problem,
  type Received,
  records,
  threeOrders,
  type UpstreamExport,
} from '#test/support/export-shop';

let shop: ExportShop;
beforeAll(async () => {
  shop = await ExportShop.open({ MAX_STREAMS_PER_CALLER: '4' });
});
afterAll(() => shop?.close());

describe('an export that fails', () => {
  /** Answers with two rows, and is killed once the client has them. */
  function dying() {
    let upstream: UpstreamExport | undefined;
    shop.answer = (its) => (upstream = its).send(aWireOrder(2), aWireOrder(1));
    return () => upstream!.kill();
  }

  /** Begins an export, which has two rows until its upstream ends. */
  async function begun(headers: Record<string, string>) {
    const called = Promise.withResolvers<UpstreamExport>();
    shop.answer = (upstream) => {
      upstream.send(aWireOrder(2), aWireOrder(1));
      called.resolve(upstream);
    };
    const received = shop.get(headers);
    return { received, upstream: await called.promise };
  }

  it('before its first row is a problem with its own status, compressed or not', async () => {
    shop.answer = ({ stream }) => stream.session!.destroy();
    for (const coding of ['identity', 'gzip']) {
      const received = await shop.get({ ...CSV, 'accept-encoding': coding });
      expect([received.status, received.headers['content-encoding']]).toEqual([502, undefined]);
      expect(received.headers['content-disposition']).toBeUndefined();
      expect(problem(received).code).toBe('UPSTREAM_UNAVAILABLE');
    }
  });

  it('midway ends NDJSON with the error, the number of rows and the cursor', async () => {
    const kill = dying();
    const received = await shop.get({ ...NDJSON, 'x-request-id': 'midway' }, { onData: kill });
    expect([received.status, received.isWhole]).toEqual([200, true]);
    expect(records(received).at(-1)).toEqual({
      end: false,
      rows: 2,
      cursor: 'o1',
      error: expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', status: 502, requestId: 'midway' }),
    });
    const line = await shop.log.first({ msg: 'request', requestId: 'midway' });
    expect(line).toMatchObject({ status: 200, code: 'UPSTREAM_UNAVAILABLE' });
  });

  it.each([
    ['CSV', CSV],
    ['a JSON array', JSON_ARRAY],
    ['compressed CSV', { ...CSV, 'accept-encoding': 'gzip' }],
  ])('midway breaks off the transfer of %s, over HTTP/1.1 and HTTP/2', async (_, headers) => {
    const kill = dying();
    const received = await shop.get(headers, { onData: kill });
    expect([received.status, received.isWhole]).toEqual([200, false]);
    expect(await shop.resetCode(headers, kill)).toBe(2);
    shop.answer = threeOrders;
    expect(await shop.resetCode(headers)).toBe(0);
  });

  it('because an operator ends it says so, and that it can be continued', async () => {
    const { received, upstream } = await begun(NDJSON);
    const admin = { headers: shop.access.admin };
    let streams: { id: string; route: string; sent: number }[] = [];
    while (!streams.some(({ sent }) => sent === 2)) {
      ({ streams } = (await (await fetch(`${shop.gateway.adminUrl}/admin/streams`, admin)).json()) as {
        streams: typeof streams;
      });
    }
    expect(streams.map(({ route }) => route)).toEqual(['/v1/orders/export']);
    const closed = new Promise((resolve) => upstream.stream.once('close', resolve));
    await fetch(`${shop.gateway.adminUrl}/admin/streams/${streams[0]!.id}`, { method: 'DELETE', ...admin });
    expect(records(await received).at(-1)).toMatchObject({
      end: false,
      cursor: 'o1',
      error: { code: 'OVERLOADED' },
    });
    await closed;
  });

  it('is refused with 429 if its caller has too many open', async () => {
    const open: { received: Promise<Received>; upstream: UpstreamExport }[] = [];
    for (let n = 0; n < 4; n += 1) open.push(await begun(NDJSON));
    const refused = await shop.get(NDJSON);
    expect([refused.status, problem(refused).code]).toEqual([429, 'RATE_LIMITED']);
    for (const { received, upstream } of open) {
      upstream.end();
      expect((await received).isWhole).toBe(true);
    }
  });
});

describe('an export under load', () => {
  let busy: ExportShop;
  beforeAll(async () => {
    busy = await ExportShop.open({ MAX_IN_FLIGHT: '4', MAX_QUEUED: '0' });
  });
  afterAll(() => busy?.close());

  it('and the request for one as a job are refused while other requests of the caller are answered', async () => {
    const waiting: UpstreamExport[] = [];
    const both = Promise.withResolvers<void>();
    busy.answer = (upstream) => {
      if (waiting.push(upstream) === 2) both.resolve();
    };
    const exports = [busy.get(CSV), busy.get(CSV)];
    await both.promise;
    const requested = { path: '/v1/orders/exports', method: 'POST', body: {} };
    for (const refused of [await busy.get(CSV), await busy.get({}, requested)])
      expect([refused.status, problem(refused).code]).toEqual([503, 'OVERLOADED']);
    expect((await busy.get({}, { path: '/v1/orders' })).status).toBe(200);
    busy.answer = threeOrders;
    waiting.forEach(threeOrders);
    for (const { isWhole } of await Promise.all(exports)) expect(isWhole).toBe(true);
    expect((await busy.get({}, requested)).status).toBe(202);
  });
});

describe('a client of an export that leaves', () => {
  it.each([
    ['before the first row', false],
    ['midway', true],
  ])('ends the call to the service within a second: %s', async (_, hasRows) => {
    const called = Promise.withResolvers<UpstreamExport>();
    shop.answer = (upstream) => {
      if (hasRows) upstream.send(aWireOrder(1));
      called.resolve(upstream);
    };
    const begun = shop.begin(NDJSON).catch(() => undefined);
    const upstream = await called.promise;
    const gone = new Promise((resolve) => upstream.stream.once('close', resolve));
    const leftAt = performance.now();
    if (hasRows) (await begun)!.destroy();
    else shop.leave();
    await gone;
    expect(performance.now() - leftAt).toBeLessThan(1_000);
  });
});
