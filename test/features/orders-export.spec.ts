import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aWireOrder, ExportShop, type Received, type UpstreamExport } from '#test/support/export-shop';

const NDJSON = { accept: 'application/x-ndjson' };
const CSV = { accept: 'text/csv' };
const JSON_ARRAY = { accept: 'application/json' };

let shop: ExportShop;
beforeAll(async () => {
  shop = await ExportShop.open({ MAX_STREAMS_PER_CALLER: '4' });
});
afterAll(() => shop?.close());

const three = (upstream: UpstreamExport) => {
  upstream.send(aWireOrder(3));
  upstream.send(aWireOrder(2), aWireOrder(1));
  upstream.end();
};
beforeEach(() => void (shop.answer = three));

const lines = ({ bytes }: Received) => String(bytes).trimEnd().split(/\r?\n/);
const records = (received: Received) => lines(received).map((line) => JSON.parse(line) as Record<string, unknown>);
const problem = ({ bytes }: Received) =>
  JSON.parse(String(bytes)) as { code: string; errors?: { field: string }[] };

describe('GET /v1/orders/export', () => {
  it('is CSV by default, as a file, with no formula in it', async () => {
    const received = await shop.get({ accept: 'text/html, */*;q=0.8' });
    expect(received).toMatchObject({
      ...{ status: 200, isWhole: true },
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': 'attachment; filename="orders.csv"',
        'cache-control': 'no-store',
        vary: 'Accept, Accept-Encoding',
      },
    });
    expect(lines(received)).toEqual([
      'id,userId,status,placedAt,totalMinor,currency,items,products',
      ...[3, 2, 1].map((n) => `o${n},u1,DELIVERED,2026-01-02T03:04:05.000Z,${n}00,USD,1,'=Lamp (1)`),
    ]);
  });

  it('is NDJSON with a record of its end, or a JSON array', async () => {
    const ndjson = await shop.get(NDJSON);
    expect(ndjson.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const rows = records(ndjson);
    expect(rows.pop()).toEqual({ end: true, rows: 3, cursor: 'o1' });
    const array = await shop.get(JSON_ARRAY);
    expect(array.headers['content-disposition']).toBe('attachment; filename="orders.json"');
    expect(JSON.parse(String(array.bytes))).toEqual(rows);
    expect(rows[0]).toMatchObject({ id: 'o3', userId: 'u1', total: { amountMinor: 300, currency: 'USD' } });
  });

  it('is a file without rows where there are none', async () => {
    shop.answer = (upstream) => {
      const headers = { ':status': 200, 'content-type': 'application/grpc+proto', 'grpc-status': '0' };
      upstream.stream.respond(headers, { endStream: true });
    };
    expect(lines(await shop.get(CSV))).toHaveLength(1);
    expect(records(await shop.get(NDJSON))).toEqual([{ end: true, rows: 0, cursor: null }]);
    expect(JSON.parse(String((await shop.get(JSON_ARRAY)).bytes))).toEqual([]);
  });

  it.each([
    ['zstd', zstdDecompressSync],
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('is compressed as it comes: %s', async (coding, decompress) => {
    const plain = await shop.get(CSV);
    const coded = await shop.get({ ...CSV, 'accept-encoding': coding });
    expect([coded.headers['content-encoding'], coded.isWhole]).toEqual([coding, true]);
    expect(String(decompress(coded.bytes))).toBe(String(plain.bytes));
  });

  it('passes on rows when they come, compressed or not', async () => {
    for (const coding of ['identity', 'zstd', 'br', 'gzip']) {
      let upstream!: UpstreamExport;
      shop.answer = (its) => (upstream = its).send(aWireOrder(2));
      const response = await shop.begin({ ...NDJSON, 'accept-encoding': coding });
      await new Promise((resolve) => response.once('data', resolve));
      upstream.send(aWireOrder(1));
      await new Promise((resolve) => response.once('data', resolve));
      upstream.end();
      response.resume();
      await new Promise((resolve) => response.once('close', resolve));
      expect(response.complete).toBe(true);
    }
  });

  it('is 406 for other media types, 405 for other methods, and has headers alone for HEAD', async () => {
    const refused = await shop.get({ accept: 'application/xml' });
    expect([refused.status, problem(refused).code]).toEqual([406, 'NOT_ACCEPTABLE']);
    expect(String(refused.bytes)).toContain('text/csv, application/x-ndjson, application/json');
    const posted = await shop.get(CSV, undefined, 'POST');
    expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const before = shop.upstreams.orders.taken.length;
    const head = await shop.get(CSV, undefined, 'HEAD');
    expect([head.status, head.headers['content-type'], head.headers['content-length'], head.bytes.length]).toEqual(
      [...[200, 'text/csv; charset=utf-8; header=present', undefined, 0]],
    );
    expect(shop.upstreams.orders.taken.length).toBe(before);
  });

  it('asks for the orders after another one, and refuses unknown parameters', async () => {
    await shop.get(CSV, '/v1/orders/export?after=o7');
    expect(shop.upstreams.orders.taken.at(-1)!.question).toEqual({ afterOrderId: 'o7' });
    const refused = await shop.get(CSV, '/v1/orders/export?page=2');
    expect([refused.status, problem(refused).errors?.[0]?.field]).toEqual([400, 'page']);
  });

  it('needs a token with the scope orders:read', async () => {
    expect((await shop.get({ authorization: '' })).status).toBe(401);
    expect((await shop.get({ ...shop.access.of('u1', 'profile:read') })).status).toBe(403);
  });

  it("is in the audit log where everybody's orders are exported", async () => {
    await shop.get({ ...CSV, ...shop.access.admin, 'x-request-id': 'audited' });
    const line = await shop.log.first({ audit: 'data.exported' });
    expect(line).toMatchObject({ userId: 'u2', requestId: 'audited' });
  });
});

describe('an export that fails', () => {
  const dies = (upstream: UpstreamExport) => {
    upstream.send(aWireOrder(2), aWireOrder(1));
    setImmediate(() => upstream.kill());
  };
  const afterOne = (headers: Record<string, string>) => {
    let upstream!: UpstreamExport;
    shop.answer = (its) => (upstream = its).send(aWireOrder(2), aWireOrder(1));
    const received = shop.get(headers);
    return { received, upstream: () => upstream };
  };

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
    shop.answer = dies;
    const received = await shop.get({ ...NDJSON, 'x-request-id': 'midway' });
    expect([received.status, received.isWhole]).toEqual([200, true]);
    expect(records(received).at(-1)).toEqual({
      ...{ end: false, rows: 2, cursor: 'o1' },
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
    shop.answer = dies;
    expect((await shop.get(headers)).isWhole).toBe(false);
    expect(await shop.resetCode(headers)).toBe(2);
    shop.answer = three;
    expect(await shop.resetCode(headers)).toBe(0);
  });

  it('because an operator ends it says so, and that it can be continued', async () => {
    const { received, upstream } = afterOne(NDJSON);
    const admin = { headers: shop.access.admin };
    let streams: { id: string; route: string; sent: number }[] = [];
    while (!streams.some(({ sent }) => sent === 2)) {
      ({ streams } = (await (await fetch(`${shop.gateway.adminUrl}/admin/streams`, admin)).json()) as {
        streams: typeof streams;
      });
    }
    expect(streams.map(({ route }) => route)).toEqual(['/v1/orders/export']);
    const closed = new Promise((resolve) => upstream().stream.once('close', resolve));
    await fetch(`${shop.gateway.adminUrl}/admin/streams/${streams[0]!.id}`, { method: 'DELETE', ...admin });
    expect(records(await received).at(-1)).toMatchObject({
      end: false,
      cursor: 'o1',
      error: { code: 'OVERLOADED' },
    });
    await closed;
  });

  it('is refused with 429 if its caller has too many open', async () => {
    const open: { received: Promise<Received>; upstream: () => UpstreamExport }[] = [];
    for (let n = 0; n < 4; n += 1) {
      const one = afterOne(NDJSON);
      while (!one.upstream()) await new Promise(setImmediate);
      open.push(one);
    }
    const refused = await shop.get(NDJSON);
    expect([refused.status, problem(refused).code]).toEqual([429, 'RATE_LIMITED']);
    for (const { received, upstream } of open) {
      upstream().end();
      expect((await received).isWhole).toBe(true);
    }
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
