import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import { connect, constants, createServer as createServer2, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isGone } from './is-gone.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A request whose client disconnects before the response, over each protocol. */
const CLIENTS = {
  async 'HTTP/1.1'() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const pending = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false });
    pending.on('error', () => {}).end();
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
    closing.push(() => server.close());
    return { response, leave: () => pending.destroy() };
  },
  async 'HTTP/2'() {
    const server = createServer2().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const pending = session.request({ ':path': '/' }).on('error', () => {});
    const [, response] = (await once(server, 'request')) as [unknown, Http2ServerResponse];
    closing.push(() => (session.destroy(), server.close()));
    return { response, leave: () => pending.close(constants.NGHTTP2_CANCEL) };
  },
};

describe.each(Object.entries(CLIENTS))('a client over %s', (_, send) => {
  it('is gone after it disconnects, and not before', async () => {
    const { response, leave } = await send();
    expect(isGone(response)).toBe(false);
    leave();
    await once(response, 'close');
    expect(isGone(response)).toBe(true);
    await new Promise(setImmediate);
    expect(isGone(response)).toBe(true);
  });
});
