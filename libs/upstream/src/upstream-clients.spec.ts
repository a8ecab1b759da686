import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import { freePort } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { Context, UpstreamClients } from '#libs/upstream';
import { grpcUpstreams, rpc } from './grpc-upstream.fixture.ts';
import { httpUpstreams, json } from './http-upstream.fixture.ts';

const http = httpUpstreams();
const grpc = grpcUpstreams();
const aContext = (timeoutMs = 3_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

function clientsForTests() {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
  const clients = new UpstreamClients(new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY), logger);
  return { clients, lines };
}

describe('the clients of all upstreams', () => {
  it('are known in the order they were made, by their names', async () => {
    const { clients } = clientsForTests();
    const made = [clients.rest('users', 'http://127.0.0.1:1'), clients.grpc('orders', '127.0.0.1:1')];
    expect(clients.all()).toEqual(made);
    expect(clients.all().map(({ name }) => name)).toEqual(['users', 'orders']);
    await clients.close();
  });

  it('log a call that failed, once, whichever wire it went over', async () => {
    const { clients, lines } = clientsForTests();
    const port = await freePort();
    const list = clients.rest('users', `http://127.0.0.1:${port}`).operation('GET', '/users');
    const cancel = clients.grpc('orders', `127.0.0.1:${port}`).unary(rpc);
    await expect(list(aContext(), {})).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(cancel(aContext(), { id: 'o1' })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(lines).toEqual([
      expect.objectContaining({ upstream: 'users', method: 'GET /users', requestId: 'r-1' }),
      expect.objectContaining({ upstream: 'orders', method: 'CancelOrder', requestId: 'r-1' }),
    ]);
    expect(JSON.stringify(lines)).toContain('ECONNREFUSED');
    expect(JSON.stringify(lines)).not.toMatch(/Bearer|eyJ/);
    await clients.close();
  });

  it('start no call that there is no time for, and log that, too', async () => {
    const { clients, lines } = clientsForTests();
    const { url, arrived } = await http.upstream(json({}));
    const call = clients.rest('users', url).operation('GET', '/users')(aContext(0), {});
    await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(arrived).toEqual([]);
    expect(lines).toHaveLength(1);
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
    const list = clients.rest('users', users.url).operation('GET', '/users');
    const cancel = clients.grpc('orders', orders.address).unary(rpc);
    await Promise.all([list(aContext(), {}), cancel(aContext(), { id: 'o1' })]);
    await clients.close();
    await closed.promise;
    await expect(list(aContext(), {})).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(cancel(aContext(), { id: 'o1' })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});
