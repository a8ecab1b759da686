import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

const access = new Access();
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
});
afterAll(() => shop?.close());

const read = (path: string, headers: Record<string, string> = {}) =>
  request(shop.gateway.adminUrl)
    .get(path)
    .set({ ...access.admin, ...headers });
const readPage = (path: string) => read(path, { accept: 'text/html' });

interface Found {
  requests: {
    requestId: string;
    traceId: string;
    name: string;
    status: number;
    durationMs: number;
    degraded: string[];
    process: string;
    spans: { name: string; kind: string; attributes: Record<string, unknown>; durationMs: number }[];
  }[];
  processes: number;
}

/** The requests with an id; a recording ends a moment after its response. */
async function found(id: string): Promise<Found> {
  for (;;) {
    const { status, body } = await read(`/admin/requests/${id}`);
    if (status === 200) return body as Found;
    await new Promise((resolve) => void setTimeout(resolve, 10));
  }
}

async function requestHome(id: string, headers: Record<string, string> = access.of('u1'), query = '') {
  const answer = await request(shop.gateway.url)
    .get(`/v1/home${query}`)
    .set({ 'x-request-id': id, ...headers });
  return { answer, ...(await found(id)) };
}

describe('a request that was served', () => {
  it('is found by its request id, with each of its tries', async () => {
    const { requests, processes, answer } = await requestHome('request-of-home');
    expect([processes, requests.length, answer.status]).toEqual([1, 1, 200]);
    const [home] = requests;
    expect(home).toMatchObject({
      name: 'GET /v1/home',
      status: 200,
      process: expect.stringMatching(`:${process.pid}$`),
    });
    const upstreams = home!.spans.flatMap(({ attributes }) => attributes['atrium.upstream'] ?? []);
    expect(new Set(upstreams)).toEqual(new Set(['users', 'orders', 'products']));
  });

  it('is found by its trace id', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    await requestHome('one-of-the-trace', { traceparent });
    await requestHome('other-of-the-trace', { traceparent });
    const { requests } = await found(traceId);
    expect(requests.map(({ requestId }) => requestId)).toEqual(['one-of-the-trace', 'other-of-the-trace']);
  });

  it('has no query and no whole address', async () => {
    const { requests } = await requestHome('request-of-a-secret', {}, '?secret=of-this-test');
    const text = JSON.stringify(requests);
    expect(text).not.toContain('of-this-test');
    expect(text).not.toContain('127.0.0.1');
    expect(requests[0]!.spans[0]!.attributes['client.address']).toBe('127.0.0.0');
  });

  it('is listed by duration, by failure and by time', async () => {
    await requestHome('request-that-lacks-a-part');
    await shop.stop('orders');
    const { requests } = await requestHome('request-that-lacks-orders');
    await shop.start('orders');
    expect(requests[0]!.degraded).toContain('recentOrders:UNAVAILABLE');
    const listed = async (query: string) => ((await read(`/admin/requests${query}`)).body as Found).requests;
    const failed = (await listed('?kind=failed')).map(({ requestId }) => requestId);
    expect(failed).toContain('request-that-lacks-orders');
    expect(failed).not.toContain('request-that-lacks-a-part');
    expect((await listed('?kind=latest&minutes=1'))[0]!.requestId).toBe('request-that-lacks-orders');
    const slowest = (await listed('')).map(({ durationMs }) => durationMs);
    expect(slowest).toEqual([...slowest].sort((one, other) => other - one));
    expect(slowest.length).toBeGreaterThan(3);
  });
});

describe('the page of a request', () => {
  it('draws its waterfall, and says what it lacks', async () => {
    await requestHome('request-of-a-page');
    const { status, text } = await readPage('/admin/ui/requests/request-of-a-page');
    expect(status).toBe(200);
    const parts = [
      /Waterfall of GET \/v1\/home/,
      /users: /,
      /orders: /,
      /<rect\s+class="span root"/,
      /breaker CLOSED/,
    ];
    expect(parts.filter((part) => !part.test(text))).toEqual([]);
  });

  it('is found by the form of the list', async () => {
    await requestHome('request-of-a-form');
    const { status, headers } = await readPage('/admin/ui/requests/find?id=request-of-a-form');
    expect([status, headers['location']]).toEqual([303, '/admin/ui/requests/request-of-a-form']);
    const list = await readPage('/admin/ui/requests?kind=latest&minutes=5');
    expect([list.status, list.text]).toEqual([
      200,
      expect.stringContaining('/admin/ui/requests/request-of-a-form'),
    ]);
    expect(list.text).toContain('What is kept');
  });
});

describe('what is not there or cannot be', () => {
  it.each([
    ['/admin/requests/unknown', 404, 'NOT_FOUND'],
    ['/admin/requests/a%20b', 400, 'BAD_REQUEST'],
    [`/admin/requests/${'a'.repeat(129)}`, 400, 'BAD_REQUEST'],
    ['/admin/requests?kind=best', 422, 'VALIDATION_FAILED'],
    ['/admin/requests?minutes=16', 422, 'VALIDATION_FAILED'],
    ['/admin/requests?minutes=0', 422, 'VALIDATION_FAILED'],
    ['/admin/requests?minutes=some', 400, 'BAD_REQUEST'],
    ['/admin/requests?minutes=0x5', 400, 'BAD_REQUEST'],
    ['/admin/requests?limit=1', 400, 'BAD_REQUEST'],
  ])('gets its status and a page that says what to do: %s', async (path, status, code) => {
    const { status: answered, body } = await read(path);
    expect([answered, (body as { code: string }).code]).toEqual([status, code]);
    const page = await readPage(path.replace('/admin/', '/admin/ui/'));
    expect([page.status, page.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(page.text).toContain(`code ${code}`);
  });

  it('is refused without the scope admin', async () => {
    const path = '/admin/requests';
    expect((await request(shop.gateway.adminUrl).get(path)).status).toBe(401);
    expect((await request(shop.gateway.adminUrl).get(path).set(access.of('u1'))).status).toBe(403);
    expect((await request(shop.gateway.url).get(path).set(access.admin)).status).toBe(404);
  });
});
