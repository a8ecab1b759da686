import { createHash } from 'node:crypto';
import { s3ForTests } from '#libs/testing';
import { CSV, ExportShop, problem, threeOrders } from '#test/support/export-shop';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

const DAY_MS = 86_400_000;

describe('an export into a bucket of S3', () => {
  let s3: Awaited<ReturnType<typeof s3ForTests>>;
  let shop: ExportShop;
  let file: { url: string; size: number; sha256: string };

  beforeAll(async () => {
    s3 = await s3ForTests();
    shop = await ExportShop.open({
      STORAGE_URL: s3.url,
      STORAGE_ACCESS_KEY_ID: s3.accessKeyId,
      STORAGE_SECRET_ACCESS_KEY: s3.secretAccessKey,
    });
    shop.answer = threeOrders;
    const accepted = await shop.get({}, { path: '/v1/orders/exports', method: 'POST', body: { format: 'CSV' } });
    for (;;) {
      const { bytes } = await shop.get({}, { path: accepted.headers['location']! });
      const job = JSON.parse(String(bytes)) as { isEnded: boolean; result: typeof file };
      if (job.isEnded) return void (file = job.result);
    }
  }, 60_000);
  afterEach(() => void jest.restoreAllMocks());
  afterAll(async () => {
    await shop?.close();
    await s3?.stop();
  });

  const get = (headers: Record<string, string> = {}) =>
    shop.get({ authorization: '', ...headers }, { path: file.url });

  it('is the file that the export would be, with its length', async () => {
    const { status, bytes, headers } = await get();
    expect([status, headers['content-length'], headers['accept-ranges']]).toEqual([200, `${file.size}`, 'bytes']);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    expect(bytes).toEqual((await shop.get(CSV)).bytes);
  });

  it('goes on where it broke off, and begins again if it is another file', async () => {
    const whole = await get();
    const etag = whole.headers.etag!;
    expect(etag).toMatch(/^"/);
    for (const from of [1, 100, whole.bytes.length - 1]) {
      const rest = await get({ range: `bytes=${from}-`, 'if-range': etag });
      expect([rest.status, rest.headers['content-range'], rest.bytes]).toEqual([
        206,
        `bytes ${from}-${file.size - 1}/${file.size}`,
        whole.bytes.subarray(from),
      ]);
    }
    expect((await get({ range: 'bytes=5-9' })).bytes).toEqual(whole.bytes.subarray(5, 10));
    expect((await get({ range: 'bytes=5-', 'if-range': '"other"' })).bytes).toEqual(whole.bytes);
    expect((await get({ range: `bytes=${file.size}-` })).status).toBe(416);
    expect((await get({ 'if-none-match': etag })).status).toBe(304);
  });

  it('has a link that expires after a day', async () => {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + DAY_MS - 60_000);
    expect((await get()).status).toBe(200);
    jest.spyOn(Date, 'now').mockReturnValue(now + DAY_MS + 1_000);
    expect(problem(await get()).code).toBe('GONE');
  });
});
