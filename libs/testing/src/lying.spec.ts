import { orders } from '#libs/contracts';
import { credentials, Metadata, status as Code } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unaryCall } from './grpc-call.ts';
import { grpcFailure, grpcLies, grpcSlow, LyingGrpc } from './lying-grpc.ts';
import { httpFailure, httpLies, httpSlow, LyingHttp } from './lying-http.ts';

const MEGABYTE = 1024 * 1024;
const SERVICE = orders.OrdersServiceService;

describe('a lying HTTP upstream', () => {
  let users: LyingHttp;
  let url: string;

  beforeEach(async () => {
    users = await LyingHttp.open({
      'GET /users': ({ url: { searchParams } }) => ({ ids: searchParams.get('ids') }),
    });
    url = `http://${users.address}/users?ids=u1`;
  });
  afterEach(() => users.close());

  it('returns correct responses by default, and records every call', async () => {
    expect(await (await fetch(url, { headers: { 'x-request-id': 'r1' } })).json()).toEqual({ ids: 'u1' });
    users.answerWith(httpFailure(503, 2));
    const failed = await fetch(url);
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '2']);
    users.stopLying();
    expect((await fetch(url)).status).toBe(200);
    expect(users.taken.map(({ method, requestId, wasLiedTo }) => [method, requestId, wasLiedTo])).toEqual([
      ['GET /users', 'r1', false],
      ['GET /users', '', true],
      ['GET /users', '', false],
    ]);
  });

  it('returns wrong responses to a share of the calls of the named methods', async () => {
    users.answerWith(httpFailure(500), { share: 0.3 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(url)));
    const failed = answers.filter(({ status }) => status === 500).length;
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(45);
    users.answerWith(httpFailure(500), { methods: ['POST /users'] });
    expect((await fetch(url)).status).toBe(200);
  });

  it('streams a gigabyte with backpressure, and records an early end', async () => {
    users.answerWith(httpLies.gigabyte);
    const reader = (await fetch(url)).body!.getReader();
    for (let read = 0; read < MEGABYTE;) read += (await reader.read()).value!.length;
    await reader.cancel();
    const { bytesSent } = await users.first(({ isCancelled }) => isCancelled);
    expect(bytesSent).toBeGreaterThanOrEqual(MEGABYTE);
    expect(bytesSent).toBeLessThan(64 * MEGABYTE);
  });

  it('can delay responses', async () => {
    users.answerWith(httpSlow(30));
    const startedAt = performance.now();
    expect((await fetch(url)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  });
});

describe('a lying gRPC upstream', () => {
  let upstream: LyingGrpc;
  let client: orders.OrdersServiceClient;

  beforeEach(async () => {
    upstream = await LyingGrpc.open(SERVICE, { ListRecentOrders: () => ({ orders: [] }) });
    client = new orders.OrdersServiceClient(upstream.address, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    await upstream.close();
  });

  const recent = (requestId = '') => {
    const metadata = new Metadata();
    metadata.set('x-request-id', requestId);
    return unaryCall(client, client.listRecentOrders, { pageSize: 5 }, metadata, { deadline: Date.now() + 2_000 });
  };

  it('returns correct responses by default, and records every call', async () => {
    expect(await recent('r1')).toEqual({ orders: [] });
    upstream.answerWith(grpcFailure(Code.UNAVAILABLE));
    await expect(recent('r2')).rejects.toMatchObject({ code: Code.UNAVAILABLE });
    upstream.stopLying();
    expect(await recent('r3')).toEqual({ orders: [] });
    expect(upstream.taken.map(({ method, requestId, question }) => [method, requestId, question])).toEqual([
      ['ListRecentOrders', 'r1', { pageSize: 5 }],
      ['ListRecentOrders', 'r2', { pageSize: 5 }],
      ['ListRecentOrders', 'r3', { pageSize: 5 }],
    ]);
  });

  it.each(Object.keys(grpcLies).filter((lie) => lie !== 'never') as (keyof typeof grpcLies)[])(
    'returns an invalid response: %s',
    async (lie) => {
      upstream.answerWith(grpcLies[lie]);
      await expect(recent()).rejects.toHaveProperty('code');
    },
  );

  it('records a cancelled call', async () => {
    upstream.answerWith(grpcLies.never);
    const call = client.listRecentOrders({ pageSize: 1 }, () => {});
    await upstream.first(({ method }) => method === 'ListRecentOrders');
    call.cancel();
    expect(await upstream.first(({ isCancelled }) => isCancelled)).toMatchObject({ method: 'ListRecentOrders' });
  });

  it('can delay responses', async () => {
    upstream.answerWith(grpcSlow(30));
    const startedAt = performance.now();
    await recent();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  });
});
