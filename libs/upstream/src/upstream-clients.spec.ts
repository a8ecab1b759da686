import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { freePort } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { Context, type TryRecord, UpstreamClients } from '#libs/upstream';
import { grpcUpstreams, rpc } from './grpc-upstream.fixture.ts';
import { httpUpstreams, json } from './http-upstream.fixture.ts';
import { Numbers } from './shared-streams.fixture.ts';

const http = httpUpstreams();
const grpc = grpcUpstreams('http2');
const aContext = (timeoutMs = 3_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

function clientsForTests() {
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  const tries: TryRecord[] = [];
  clients.watchTries((record) => tries.push(record));
  return { clients, tries };
}

describe('the clients of all upstreams', () => {
  it('are known in the order they were made, by their names', async () => {
    const { clients } = clientsForTests();
    const made = [clients.rest('users', ['http://127.0.0.1:1']), clients.grpc('orders', ['127.0.0.1:1'])];
    expect(clients.all()).toEqual(made);
    expect(clients.all().map(({ upstream }) => upstream.name)).toEqual(['users', 'orders']);
    await clients.close();
  });

  it('tell of every try, whichever wire it went over', async () => {
    const { clients, tries } = clientsForTests();
    const port = await freePort();
    const list = clients.rest('users', [`http://127.0.0.1:${port}`]).operation('POST', '/users');
    const cancel = clients.grpc('orders', [`127.0.0.1:${port}`]).unary(rpc);
    await expect(list(aContext(), {})).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(cancel(aContext(), { id: 'o1' })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    const failed = { outcome: 'UPSTREAM_UNAVAILABLE', number: 1, breaker: 'CLOSED' };
    expect(tries.filter(({ number }) => number === 1)).toMatchObject([
      { upstream: 'users', method: 'POST /users', ...failed },
      { upstream: 'orders', method: 'CancelOrder', ...failed },
    ]);
    await clients.close();
  });

  it('start no call that there is no time for, and tell of that, too', async () => {
    const { clients, tries } = clientsForTests();
    const { url, received } = await http.upstream(json({}));
    const call = clients.rest('users', [url]).operation('GET', '/users')(aContext(0), {});
    await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(received).toEqual([]);
    expect(tries.length).toBeLessThanOrEqual(1);
    await clients.close();
  });

  it('count the shared streams of adapters by upstream, and end them when they are closed', async () => {
    const { clients } = clientsForTests();
    const numbers = new Numbers();
    clients.keepStreams('orders', { moves: numbers.streams, name: 'orders' });
    clients.keepStreams('users', {});
    expect(clients.openStreams()).toEqual(new Map([['orders', 0]]));
    numbers.follow('ada');
    expect(clients.openStreams()).toEqual(new Map([['orders', 1]]));
    await clients.close();
    expect(clients.openStreams()).toEqual(new Map([['orders', 0]]));
  });

  it('report how every upstream is, and never the password in an address', async () => {
    const { clients } = clientsForTests();
    clients.rest('users', ['http://ada:secret@127.0.0.1:1', 'http://127.0.0.1:2']).operation('GET', '/users');
    expect(clients.report()).toMatchObject([
      {
        name: 'users',
        targets: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
        addresses: [{ address: 'http://127.0.0.1:1' }, { address: 'http://127.0.0.1:2' }],
        methods: [{ method: 'GET /users', breaker: { state: 'CLOSED', timesOpened: 0 } }],
        settings: { timeoutMs: 1500 },
      },
    ]);
    await clients.close();
  });

  it('close every connection when the gateway stops', async () => {
    const { clients } = clientsForTests();
    const closed = Promise.withResolvers<void>();
    const users = await http.upstream((response, request) => {
      request.socket.once('close', closed.resolve);
      json({})(response, request);
    });
    const orders = await grpc.upstream((_, done) => done(null, { order: undefined }));
    const list = clients.rest('users', [users.url]).operation('GET', '/users');
    const cancel = clients.grpc('orders', [orders.address]).unary(rpc);
    await Promise.all([list(aContext(), {}), cancel(aContext(), { id: 'o1' })]);
    await clients.close();
    await closed.promise;
    await expect(list(aContext(), {})).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(cancel(aContext(), { id: 'o1' })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});
