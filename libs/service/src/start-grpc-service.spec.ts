import { readStatusDetails } from '#libs/contracts';
import { PortInUseError } from '#libs/process';
import { unaryCall, calledFor, failureOf, streamFailure } from '#libs/testing';
import { Metadata, status as Code } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { listenUrl, notFound, Refusal } from '#libs/service';
import { type LogLine, servicesForTests } from './service.fixture.ts';

const start = servicesForTests();
const ada = { id: 'u1', scopes: ['orders:read'] };
const forAda = (headers?: Record<string, string>) => calledFor(ada, 'orders', headers);
const accessLines = (log: LogLine[]) => log.filter((line) => line['msg'] === 'call');

describe('a gRPC service', () => {
  it('passes the caller to the handler', async () => {
    const { client } = await start({
      unary: async (context) => {
        expect(context.callerId).toBe('u1');
        expect(context.hasScope('orders:read')).toBe(true);
        expect(context.hasScope('admin')).toBe(false);
        return { order: undefined };
      },
    });
    expect(await unaryCall(client, client.cancelOrder, { id: 'o1' }, forAda())).toEqual({ order: undefined });
  });

  it('refuses a unary call without a token, and logs it like any other', async () => {
    const { client, log } = await start({ unary: () => Promise.reject(new Error('must not run')) });
    const metadata = new Metadata();
    metadata.set('x-request-id', 'r-1');
    const failure = await failureOf(unaryCall(client, client.cancelOrder, { id: 'o1' }, metadata));
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'UNAUTHENTICATED' });
    expect(accessLines(log)).toEqual([
      expect.objectContaining({
        requestId: 'r-1',
        code: 'UNAUTHENTICATED',
        reason: 'the internal token is missing',
      }),
    ]);
  });

  it('refuses a stream with a token for another service, and logs it like any other', async () => {
    const { client, log } = await start({});
    const metadata = calledFor(ada, 'products', { 'x-request-id': 'r-2' });
    const failure = await streamFailure(client.watchOrder({ id: 'o1', afterSequence: 0 }, metadata));
    expect(Code[failure.code]).toBe('UNAUTHENTICATED');
    expect(accessLines(log)).toEqual([
      expect.objectContaining({
        requestId: 'r-2',
        code: 'UNAUTHENTICATED',
        reason: 'the internal token is not valid',
      }),
    ]);
  });

  it('logs every line with the ids of the request, also after awaits', async () => {
    const { client, log } = await start({
      unary: async () => {
        await new Promise(setImmediate);
        throw new Error('broken');
      },
    });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const metadata = forAda({ 'x-request-id': 'r-3', traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    await failureOf(unaryCall(client, client.cancelOrder, { id: 'o1' }, metadata));
    const ids = { requestId: 'r-3', traceId, callerId: 'u1' };
    expect(log.slice(-2)).toEqual([expect.objectContaining(ids), expect.objectContaining(ids)]);
  });

  it('writes one access line for a call, with its method, code and duration', async () => {
    const { client, log } = await start({
      stream: async function* () {
        yield { sequence: 1, orderId: 'o1', status: 1, occurredAt: undefined };
      },
    });
    const stream = client.watchOrder({ id: 'o1', afterSequence: 0 }, forAda());
    for await (const _ of stream);
    expect(accessLines(log)).toEqual([
      expect.objectContaining({
        level: 'info',
        method: '/shop.orders.v1.OrdersService/WatchOrder',
        code: 'OK',
        durationMs: expect.any(Number),
        callerId: 'u1',
      }),
    ]);
  });

  it('returns a refusal with its details', async () => {
    const refusal = new Refusal(Code.FAILED_PRECONDITION, 'TOO_LATE', 'It is too late', {
      metadata: { hour: '23' },
    });
    const { client } = await start({ unary: () => Promise.reject(refusal) });
    expect(await failureOf(unaryCall(client, client.cancelOrder, { id: 'o1' }, forAda()))).toEqual({
      code: 'FAILED_PRECONDITION',
      message: 'It is too late',
      reason: 'TOO_LATE',
      metadata: { hour: '23' },
    });
  });

  it('returns a refusal within a stream with its details', async () => {
    const { client } = await start({
      stream: async function* () {
        yield { sequence: 1, orderId: 'o1', status: 1, occurredAt: undefined };
        throw notFound('order');
      },
    });
    const failure = await streamFailure(client.watchOrder({ id: 'o1', afterSequence: 0 }, forAda()));
    expect(Code[failure.code]).toBe('NOT_FOUND');
    expect(readStatusDetails(failure.metadata)).toMatchObject({ reason: 'NOT_FOUND', domain: 'shop.orders.v1' });
  });

  it('hides an internal error, and logs it with its stack', async () => {
    const { client, log } = await start({ unary: () => Promise.reject(new Error('/etc/secret is missing')) });
    const failure = await failureOf(unaryCall(client, client.cancelOrder, { id: 'o1' }, forAda()));
    expect(failure).toMatchObject({ code: 'INTERNAL', message: 'Internal error', reason: 'INTERNAL' });
    const stack = expect.stringContaining('/etc/secret is missing\n');
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'error', err: expect.objectContaining({ stack }) }),
    );
  });

  it('returns UNIMPLEMENTED for RPCs without a handler', async () => {
    const { client } = await start({});
    expect(
      (await failureOf(unaryCall(client, client.listOrders, { status: 0, pageSize: 0, pageToken: '' }, forAda())))
        .code,
    ).toBe('UNIMPLEMENTED');
  });

  it('names a port that is in use, and its setting', async () => {
    const { url } = await start({});
    const port = Number(url.split(':')[1]);
    const attempt = listenUrl({ HOST: '127.0.0.1', PORT: port });
    await expect(attempt).rejects.toThrow(PortInUseError);
    await expect(attempt).rejects.toThrow(`Port ${port} is in use. Set PORT to another port`);
  });
});
