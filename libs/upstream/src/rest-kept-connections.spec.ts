import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Context, RestClient } from '#libs/upstream';
import { clientOptions } from './policies/upstream.fixture.ts';

const aContext = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 10_000 });
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Lets a connection become idle: in the turn of its answer it is still taken. */
const idle = () => new Promise(setImmediate);

/** What a server does with the `count`th request of a connection. */
type Respond = (socket: Socket, count: number) => void;

async function aClientOf(respond: Respond) {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let count = 0;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const [method] = /^(?:GET|POST)/.exec(data.toString()) ?? [];
      // After a failure the client looks whether TLS is spoken here.
      if (!method) return socket.destroy();
      requests.push(method);
      count += 1;
      respond(socket, count);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const options = clientOptions('users');
  const client = new RestClient([`http://127.0.0.1:${(server.address() as AddressInfo).port}`], options);
  cleanups.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
    () => client.close(),
  );
  return { client, requests, tries: options.tries };
}

const ENDS: [how: string, end: (socket: Socket) => void][] = [
  ['ends', (socket) => socket.end()],
  ['resets', (socket) => socket.resetAndDestroy()],
];

describe.each(ENDS)('a server that %s a kept connection as the next request comes', (_, end) => {
  const onceEach: Respond = (socket, count) => (count === 1 ? socket.write(OK) : end(socket));

  it('has it again on another connection, within the same try', async () => {
    const { client, requests, tries } = await aClientOf(onceEach);
    const read = client.operation('GET', '/users');
    await read(aContext(), {});
    await idle();
    expect(await read(aContext(), {})).toEqual({});
    expect(requests).toEqual(['GET', 'GET', 'GET']);
    expect(tries.map(({ outcome }) => outcome)).toEqual(['OK', 'OK']);
  });

  it.each([
    [true, 'OK', 3],
    [false, 'UPSTREAM_UNAVAILABLE', 2],
  ])('has a write again only if it has a key: %s', async (isIdempotent, outcome, count) => {
    const { client, requests, tries } = await aClientOf(onceEach);
    const write = client.operation('POST', '/users', { isIdempotent });
    await write(aContext(), { body: {} });
    await idle();
    await write(aContext(), { body: {} }).catch(() => undefined);
    expect([tries.at(-1)!.outcome, requests]).toEqual([outcome, Array(count).fill('POST')]);
  });
});

describe('a server that ends each connection at its first request', () => {
  it.each(ENDS)('fails, and has the request once: it %s', async (_, end) => {
    const { client, requests } = await aClientOf(end);
    await expect(client.operation('GET', '/users')(aContext(), {})).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(requests).toEqual(['GET']);
  });
});

describe('a server that ends a kept connection within an answer', () => {
  it('fails: the answer has begun', async () => {
    const { client, requests } = await aClientOf((socket, count) =>
      count === 1 ? socket.write(OK) : socket.end(OK.slice(0, -1)),
    );
    const read = client.operation('GET', '/users');
    await read(aContext(), {});
    await idle();
    await expect(read(aContext(), {})).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(requests).toEqual(['GET', 'GET']);
  });
});
