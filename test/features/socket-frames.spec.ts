import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { WebSocket } from 'ws';

const access = new Access();
let shop: Shop;
let ada: Client;
const open: WebSocket[] = [];

beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
  ada = await Client.of(shop, 'ada');
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(() => shop?.close());

/** A socket without a library of its protocol, and its access line. */
async function raw(path: string, protocols: string[], headers: Record<string, string>) {
  const requestId = randomUUID();
  const url = shop.gateway.url.replace('http', 'ws') + path;
  const socket = new WebSocket(url, protocols, { headers: { ...headers, 'x-request-id': requestId } });
  open.push(socket);
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  const line = () => shop.logs.gateway.first({ msg: 'request', requestId });
  return { socket, closed, line };
}

describe('a socket to the rooms that misbehaves', () => {
  const spoken = async () => {
    const one = await raw('/socket.io/?EIO=4&transport=websocket', [], access.of('u9'));
    one.socket.send('40');
    // Messages that come before its answer end the connection.
    for (let text = ''; !text.startsWith('40');) text = String((await once(one.socket, 'message'))[0]);
    return one;
  };

  it.each([
    ['no packet', 'x'],
    ['a packet of no known kind', '4x'],
    ['an event that is none', '42{'],
    ['an acknowledgement of nothing', '4399["x"]'],
    ['more than may be', `42["join","${'x'.repeat(20_000)}"]`],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00])],
    ['half of something binary', '451-["join",{"_placeholder":true,"num":0}]'],
    ['a prototype', '42["join",{"__proto__":{"orderId":"o1"}}]'],
    ['an event of the library', '42["disconnect"]'],
  ])('harms nobody: %s', async (_, frame) => {
    const { socket } = await spoken();
    socket.send(frame);
    socket.send(frame);
    expect((await ada.get('/v1/me')).status).toBe(200);
    socket.terminate();
  });

  it('with a frame that is too large is closed with 1009, and its line says so', async () => {
    const { socket, closed, line } = await spoken();
    socket.send(`42["join","${'x'.repeat(20_000)}"]`);
    expect(await closed).toBe(1009);
    expect(await line()).toMatchObject({ route: '/socket.io/', code: 'PAYLOAD_TOO_LARGE' });
  });

  it('with frames that are none is cut', async () => {
    const { socket, closed, line } = await spoken();
    (socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(
      Buffer.from('ffffffff', 'hex'),
    );
    expect(await closed).toBe(1002);
    expect(await line()).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it.each([
    ['messages', (socket: WebSocket) => socket.send('42["leave",{"orderId":"o1"}]')],
    ['pings', (socket: WebSocket) => socket.ping()],
    ['heartbeats', (socket: WebSocket) => socket.send('3')],
  ])('with a flood of %s is closed with 1008, and its line says so', async (_, send) => {
    const { socket, closed, line } = await spoken();
    for (let n = 0; n < 1_000 && socket.readyState === socket.OPEN; n += 1) send(socket);
    expect(await closed).toBe(1008);
    expect(await line()).toMatchObject({ route: '/socket.io/', code: 'RATE_LIMITED' });
    expect((await ada.get('/v1/me')).status).toBe(200);
  });

  it('that goes at once, many times, leaves nothing behind', async () => {
    for (let n = 0; n < 30; n += 1) {
      const socket = new WebSocket(
        `${shop.gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
        {
          headers: access.of('u1'),
        },
      );
      socket.on('error', () => {});
      if (n % 2) await once(socket, 'open');
      if (n % 2) socket.send('40');
      socket.terminate();
    }
    expect((await ada.get('/v1/me')).status).toBe(200);
  });
});

describe('a GraphQL socket', () => {
  it.each([
    ['messages', (socket: WebSocket) => socket.send('{"type":"ping"}')],
    ['pings', (socket: WebSocket) => socket.ping()],
  ])('with a flood of %s is closed with 1008, and its line says so', async (_, send) => {
    const { socket, closed, line } = await raw('/graphql', ['graphql-transport-ws'], access.of('u1'));
    for (let n = 0; n < 1_000; n += 1) send(socket);
    expect(await closed).toBe(1008);
    expect(await line()).toMatchObject({ route: '/graphql', code: 'RATE_LIMITED' });
  });

  it('with a message that is too large is closed with 1009, and its line says so', async () => {
    const { socket, closed, line } = await raw('/graphql', ['graphql-transport-ws'], access.of('u1'));
    socket.send('x'.repeat(70_000));
    expect(await closed).toBe(1009);
    expect(await line()).toMatchObject({ route: '/graphql', code: 'PAYLOAD_TOO_LARGE' });
  });
});
