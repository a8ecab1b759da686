import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from '#libs/upstream';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
/** Receives the context of each request to /wait. */
let received: (context: Context) => void = () => {};

beforeAll(async () => {
  served = await serve((server) => {
    server.get('/time', () => ({}));
    server.post('/say', () => ({}));
    server.get('/wait', async ({ context }) => {
      received(context);
      await once(context.signal, 'abort');
      return {};
    });
  });
});
afterAll(() => served.stop());

describe('a client that disconnects', () => {
  it('cancels its upstream calls, and is logged once, as 499', async () => {
    const waiting = new Promise<Context>((resolve) => (received = resolve));
    const socket = connect(served.port, '127.0.0.1');
    socket.write('GET /wait HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-left\r\n\r\n');
    const { signal } = await waiting;
    socket.destroy();
    await once(signal, 'abort');
    expect(signal.reason).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await served.log.first({ requestId: 'r-left' })).toMatchObject({
      status: 499,
      route: '/wait',
      method: 'GET',
    });
    await fetch(`${served.url}/time`);
    expect(served.log.with({ requestId: 'r-left' })).toHaveLength(1);
  });

  it('in the middle of its body is logged once, too', async () => {
    const socket = connect(served.port, '127.0.0.1');
    const head = 'Host: a\r\nX-Request-Id: r-half\r\nContent-Type: application/json\r\nContent-Length: 100';
    socket.write(`POST /say HTTP/1.1\r\n${head}\r\nExpect: 100-continue\r\n\r\n`);
    await once(socket, 'data');
    socket.write('{"half":');
    socket.destroySoon();
    await once(socket, 'close');
    expect(await served.log.first({ requestId: 'r-half' })).toMatchObject({ status: 499 });
    await fetch(`${served.url}/time`);
    expect(served.log.with({ requestId: 'r-half' })).toHaveLength(1);
  });
});
