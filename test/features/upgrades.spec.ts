import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { startStuckOrders } from '#test/support/stuck-orders';
import { WebSocket } from 'ws';

let shop: Shop;
let stuck: Awaited<ReturnType<typeof startStuckOrders>>;
/** One request may be worked on at a time, and none waits. */
let full: SecondGateway;

beforeAll(async () => {
  shop = await Shop.open();
  stuck = await startStuckOrders();
  full = await secondGateway(shop, () => ({
    ORDERS_URL: stuck.address,
    MAX_IN_FLIGHT: '1',
    MAX_QUEUED: '0',
    SHEDDING: 'on',
  }));
});
afterAll(async () => {
  await full?.gateway.stop();
  await stuck?.stop();
  await shop?.close();
});

const portOf = ({ gateway }: Pick<SecondGateway, 'gateway'>) => Number(new URL(gateway.url).port);

/** Sends bytes as they are. @returns all that comes back until the server hangs up */
function raw(at: Pick<SecondGateway, 'gateway'>, bytes: string): Promise<string> {
  const socket = connect(portOf(at), '127.0.0.1').on('error', () => {});
  socket.write(bytes);
  return text(socket);
}

const HANDSHAKE =
  'Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

describe('a request that offers another protocol than we speak', () => {
  it.each(['h2c', 'foo', 'h2c, foo/2', 'TLS/1.2'])('is answered as if it had not: %s', async (protocol) => {
    const body = JSON.stringify({ email: 'ada@example.com', password: 'analytical-engine' });
    const headers = `Host: x\r\nConnection: Upgrade, close\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n`;
    const posted = `POST /v1/auth/login HTTP/1.1\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect(await raw(shop, posted)).toMatch(/^HTTP\/1\.1 200 OK[^]*"accessToken"/);
    expect(await raw(shop, `GET /v1/products/p1 HTTP/1.1\r\n${headers}\r\n`)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('keeps its connection where it does not say otherwise', async () => {
    const socket = connect(portOf(shop), '127.0.0.1').on('error', () => {});
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n');
    const first = await new Promise((resolve) => void socket.once('data', resolve));
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(`${String(first)}${await text(socket)}`.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it('is answered as if it had not where no WebSocket is spoken', async () => {
    expect(await raw(shop, `GET /v1/products/p1 HTTP/1.1\r\nHost: x\r\n${HANDSHAKE}\r\n`)).toMatch(
      /^HTTP\/1\.1 200 OK/,
    );
  });
});

describe('a path that speaks WebSockets alone', () => {
  it('says so, and that a proxy may have dropped what asks for one', async () => {
    const answer = await fetch(`${shop.gateway.url}/socket.io/?EIO=4&transport=polling`);
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket']);
    const problem = (await answer.json()) as { code: string; detail: string };
    expect(problem.code).toBe('UPGRADE_REQUIRED');
    expect(problem.detail).toMatch(/proxy/);
  });
});

describe('a WebSocket handshake that is not valid', () => {
  const SOCKET_IO = '/socket.io/?EIO=4&transport=websocket';
  const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const V13 = 'Sec-WebSocket-Version: 13\r\n';
  const rules: [name: string, headers: string, status: number, field: string | undefined][] = [
    ['has no key', V13, 400, 'Sec-WebSocket-Key'],
    ['has a key that is too short', `${V13}Sec-WebSocket-Key: YQ==\r\n`, 400, 'Sec-WebSocket-Key'],
    ['names no protocol', `${V13}${KEY}Sec-WebSocket-Protocol: ,\r\n`, 400, 'Sec-WebSocket-Protocol'],
    ['names a protocol twice', `${V13}${KEY}Sec-WebSocket-Protocol: a, a\r\n`, 400, 'Sec-WebSocket-Protocol'],
    ['has no version', KEY, 426, undefined],
    ['has another version', `${KEY}Sec-WebSocket-Version: 25\r\n`, 426, undefined],
  ];
  const cases = [
    ...rules.flatMap(([name, ...rest]) => ['/graphql', SOCKET_IO].map((path) => [name, path, ...rest] as const)),
    ...(
      [
        ['is of an older Socket.IO', '/socket.io/?EIO=3&transport=websocket', 'EIO'],
        ['names no version of Engine.IO', '/socket.io/?transport=websocket', 'EIO'],
        ['names another transport', '/socket.io/?EIO=4&transport=polling', 'transport'],
        ['upgrades a poll', `${SOCKET_IO}&sid=abc`, 'sid'],
      ] as const
    ).map(([name, path, field]) => [name, path, V13 + KEY, 400, field] as const),
  ];

  it.each(cases)('is refused like any other request if it %s: %s', async (_, path, headers, status, field) => {
    const head = `Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}`;
    const answer = await raw(shop, `GET ${path} HTTP/1.1\r\n${head}\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/\r\nx-request-id: [\w-]+\r\n/i);
    expect(answer).toMatch(/\r\nx-content-type-options: nosniff\r\n/i);
    const body = JSON.parse(answer.split('\r\n\r\n')[1]!) as { errors?: object[] };
    const { errors } = path === '/graphql' ? (body.errors![0] as { extensions: typeof body }).extensions : body;
    expect(errors?.map((one) => (one as { field: string }).field)).toEqual(
      field === undefined ? undefined : [field],
    );
    if (status === 426) expect(answer).toMatch(/\r\nsec-websocket-version: 13\r\n/i);
  });

  it('is accepted among other protocols that the client offers', async () => {
    const socket = connect(portOf(shop), '127.0.0.1').on('error', () => {});
    socket.write(
      `GET ${SOCKET_IO} HTTP/1.1\r\nHost: x\r\n${HANDSHAKE.replace('websocket', 'h2c, WebSocket')}\r\n`,
    );
    expect(String(await new Promise((resolve) => void socket.once('data', resolve)))).toMatch(/^HTTP\/1\.1 101 /);
    socket.destroy();
  });
});

describe('a WebSocket handshake with empty elements in its list of protocols', () => {
  it.each([
    ['/graphql', 'graphql-transport-ws,'],
    ['/graphql', ', other,, graphql-transport-ws'],
    ['/graphql', 'graphql-transport-ws\r\nSec-WebSocket-Protocol: '],
    ['/socket.io/?EIO=4&transport=websocket', 'a, ,b'],
  ])('is accepted: %s with %j', async (path, protocols) => {
    const socket = connect(portOf(shop), '127.0.0.1').on('error', () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${HANDSHAKE}Sec-WebSocket-Protocol: ${protocols}\r\n\r\n`);
    const head = String(await new Promise((resolve) => void socket.once('data', resolve)));
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(/\r\nsec-websocket-protocol: (.*)\r\n/i.exec(head)?.[1]).toBe(
      path === '/graphql' ? 'graphql-transport-ws' : 'a',
    );
    socket.destroy();
  });
});

describe('a WebSocket at an overloaded gateway', () => {
  it('is refused as any other request is', async () => {
    const ada = await Client.of(full, 'ada');
    const slow = ada.get('/v1/home?fields=recentOrders.id');
    const answered = slow.then(({ status }) => status);
    await stuck.log.first({ msg: 'arrived' });
    for (const path of ['/graphql', '/socket.io/?EIO=4&transport=websocket'])
      expect(await raw(full, `GET ${path} HTTP/1.1\r\nHost: x\r\n${HANDSHAKE}\r\n`)).toMatch(/^HTTP\/1\.1 503 /);
    expect(
      await raw(
        full,
        `GET /v1/products/p1 HTTP/1.1\r\nHost: x\r\nUpgrade: foo\r\nConnection: Upgrade, close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1\.1 503 [^]*"OVERLOADED"/);
    expect(await answered).toBe(504);
  });

  it('gives its place to the next once it is open', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(full)}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    expect((await fetch(`${full.gateway.url}/v1/products/p1`)).status).toBe(200);
    socket.terminate();
  });
});

describe('a WebSocket behind a request that is not answered yet', () => {
  it('is not opened: its answer comes after the first, in order', async () => {
    const first = 'GET /v1/products/p1 HTTP/1.1\r\nHost: x\r\n\r\n';
    const answers = await raw(shop, `${first}GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n${HANDSHAKE}\r\n`);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 426']);
    expect((await fetch(`${shop.gateway.url}/livez`)).status).toBe(200);
  });
});
