import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aWireOrder,
  CSV,
  ExportShop,
  JSON_ARRAY,
  lines,
  NDJSON,
  problem,
  type Received,
  records,
  threeOrders,
  type UpstreamExport,
} from '#test/support/export-shop';

let shop: ExportShop;
beforeAll(async () => {
  shop = await ExportShop.open();
});
afterAll(() => shop?.close());

beforeEach(() => void (shop.answer = threeOrders));

describe('GET /v1/orders/export', () => {
  it('is CSV by default, as a file, with no formula in it', async () => {
    const received = await shop.get({ accept: 'text/html, */*;q=0.8' });
    expect(received).toMatchObject({
      status: 200,
      isWhole: true,
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': 'attachment; filename=orders.csv',
        'cache-control': 'no-store',
        vary: 'Accept, Accept-Version, Accept-Encoding',
        'x-accel-buffering': 'no',
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
    expect(array.headers['content-disposition']).toBe('attachment; filename=orders.json');
    expect(JSON.parse(String(array.bytes))).toEqual(rows);
    expect(rows[0]).toMatchObject({ id: 'o3', userId: 'u1', total: { amountMinor: 300, currency: 'USD' } });
  });

  it.each(['application/jsonl', 'application/ndjson', 'application/jsonlines', 'application/x-jsonlines'])(
    'is NDJSON by its other name %s, too',
    async (type) => {
      const lines = await shop.get({ accept: `${type}, application/problem+json`, 'accept-encoding': 'gzip' });
      expect([lines.status, lines.headers['content-type'], lines.headers['content-encoding']]).toEqual([
        200,
        `${type}; charset=utf-8`,
        'gzip',
      ]);
      expect(lines.headers['content-disposition']).toBe('attachment; filename=orders.ndjson');
      expect(String(gunzipSync(lines.bytes)).trimEnd().split('\n').at(-1)).toBe(
        '{"end":true,"rows":3,"cursor":"o1"}',
      );
    },
  );

  it('is NDJSON by its usual name for any type of application', async () => {
    const { headers } = await shop.get({ accept: 'application/*' });
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
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
    const posted = await shop.get(CSV, { method: 'POST' });
    expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const before = shop.upstreams.orders.taken.length;
    const head = await shop.get(CSV, { method: 'HEAD' });
    expect([head.status, head.headers['content-type'], head.headers['content-length'], head.bytes.length]).toEqual(
      [200, 'text/csv; charset=utf-8; header=present', undefined, 0],
    );
    expect(shop.upstreams.orders.taken.length).toBe(before);
  });

  it('asks for the orders after another one, and refuses unknown parameters', async () => {
    await shop.get(CSV, { path: '/v1/orders/export?after=o7' });
    expect(shop.upstreams.orders.taken.at(-1)!.question).toEqual({ afterOrderId: 'o7' });
    const refused = await shop.get(CSV, { path: '/v1/orders/export?page=2' });
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

describe('POST /v1/orders/exports', () => {
  const requested = (body: object, headers: Record<string, string> = {}) =>
    shop.get(headers, { path: '/v1/orders/exports', method: 'POST', body });

  /** The job at a path, once it has ended. */
  async function ended(path: string) {
    for (;;) {
      const received = await shop.get({}, { path });
      const job = JSON.parse(String(received.bytes)) as {
        isEnded: boolean;
        state: string;
        result: { url: string; rows: number; size: number; sha256: string };
        failure: { code: string } | null;
      };
      if (job.isEnded) return job;
    }
  }

  it('is a job whose file is served whole, six times, and by ranges of one entity tag', async () => {
    const accepted = await requested({ format: 'CSV' });
    expect(accepted.status).toBe(202);
    const { state, result } = await ended(accepted.headers['location']!);
    expect([state, result.rows]).toEqual(['COMPLETED', 3]);
    const anybody = { authorization: '' };
    const all = await Promise.all(Array.from({ length: 6 }, () => shop.get(anybody, { path: result.url })));
    const [{ headers, bytes }] = all as [Received];
    expect(bytes).toEqual((await shop.get(CSV)).bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(result.sha256);
    expect(headers).toMatchObject({
      'content-length': `${result.size}`,
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename=orders.csv',
      'accept-ranges': 'bytes',
    });
    expect(all.every((one) => one.status === 200 && one.bytes.equals(bytes))).toBe(true);
    const etag = headers.etag!;
    expect(etag).toMatch(/^"/);
    const rest = await shop.get({ ...anybody, range: 'bytes=100-', 'if-range': etag }, { path: result.url });
    expect([rest.status, rest.bytes]).toEqual([206, bytes.subarray(100)]);
    const changed = await shop.get(
      { ...anybody, range: 'bytes=100-', 'if-range': '"other"' },
      { path: result.url },
    );
    expect([changed.status, changed.bytes]).toEqual([200, bytes]);
  });

  it('is the same job for the same key, and refuses it for another format', async () => {
    const key = { 'idempotency-key': '"january"' };
    const [one, again] = [await requested({ format: 'JSON' }, key), await requested({ format: 'JSON' }, key)];
    expect(again.headers['location']).toBe(one.headers['location']);
    const refused = await requested({ format: 'CSV' }, key);
    expect([refused.status, problem(refused).code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
    const { result } = await ended(one.headers['location']!);
    expect(JSON.parse(String((await shop.get({}, { path: result.url })).bytes))).toHaveLength(3);
  });

  it('is tried again where the service fails midway, and no part of a file is there before', async () => {
    let attempts = 0;
    shop.answer = (upstream) => {
      attempts += 1;
      if (attempts > 1) return threeOrders(upstream);
      upstream.send(aWireOrder(3));
      setImmediate(() => upstream.kill());
    };
    const { result } = await ended((await requested({})).headers['location']!);
    expect([attempts, result.rows]).toEqual([2, 3]);
  });

  it('refuses unknown formats, and callers without the scope', async () => {
    const refused = await requested({ format: 'XLSX' });
    expect([refused.status, problem(refused).errors?.[0]?.field]).toEqual([422, 'format']);
    expect((await requested({}, shop.access.of('u1', 'profile:read'))).status).toBe(403);
  });
});
