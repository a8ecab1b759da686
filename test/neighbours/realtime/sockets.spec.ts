import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Follower } from '#test/support/follower';
import { describeWith } from '#test/support/neighbours/describe-with';
import { RealShop } from '#test/support/real-shop';
import { type ClientProgram, ClientPrograms } from './client-program.ts';
import { aiohttp, PYTHON, socketIo, websocketClient, websockets } from './programs.ts';

jest.setTimeout(60_000);

const CUSTOMER = 'u1';
const tokenOf = ({ authorization }: { authorization: string }) => authorization.replace('Bearer ', '');

let shop: RealShop;
let orderId: string;
const programs = new ClientPrograms();
const started = new Map<string, ClientProgram>();
beforeAll(async () => {
  shop = await RealShop.open(async () => ({ STREAM_HEARTBEAT_MS: '1000' }));
  const headers = { 'content-type': 'application/json', ...shop.access.of(CUSTOMER) };
  const body = JSON.stringify({ lines: [{ productId: 'p1', quantity: 1 }] });
  const answer = await fetch(`${shop.url}/v1/orders`, { method: 'POST', headers, body });
  ({ id: orderId } = (await answer.json()) as { id: string });
});
afterAll(async () => {
  await programs.stop();
  programs.remove();
  await shop?.close();
});

/** Starts a program, and waits until it has done its part. @returns what it has printed */
async function ready(file: string): Promise<ClientProgram['lines']> {
  const { access, url } = shop;
  const program = programs.start([PYTHON, file], {
    URL: url,
    ORDER: orderId,
    TOKEN: tokenOf(access.of(CUSTOMER)),
    EXPIRED: tokenOf(access.expired(CUSTOMER)),
  });
  started.set(file, program);
  await program.until(() => program.all('ready').length > 0);
  return program.lines.slice(0, -1);
}

describeWith([socketIo], 'python-socketio', () => {
  it('is refused by polling, and chats over a WebSocket', async () => {
    expect(await ready('socket_io.py')).toEqual([
      ['connect_error', 426],
      ['refused', 'Unexpected status code 426 in server response'],
      ['connect_error', 401],
      ['refused', expect.any(String)],
      ['one connects'],
      ['one joins', true],
      ['other connects'],
      ['other joins', true],
      // With an offset, for clients that know of recovery.
      ['other hears', 'Zoë 🙂', 1],
      ['sent', 'Zoë 🙂'],
      ['sent', [400, ['text']]],
      ['sent', [422, ['text']]],
      ['bytes', ['body']],
      ['unknown', 'NOT_FOUND'],
    ]);
  });
});

describeWith([aiohttp], 'aiohttp', () => {
  it('speaks one of its protocols, without compression', async () => {
    expect(await ready('aiohttp_socket.py')).toEqual([
      ['closed', 4406],
      ['closed', 4406],
      ['opened', 'graphql-transport-ws', 0],
      ['connection_ack'],
      ['pong'],
      ['PLACED'],
    ]);
  });
});

describeWith([websockets], 'websockets', () => {
  it('sends fragments and pings, and hears why it is closed', async () => {
    expect(await ready('websockets_client.py')).toEqual([
      ['closed', 4403],
      ['closed', 4400],
      ['closed', 4400],
      ['closed', 4401],
      ['closed', 4429],
      ['closed', 1009],
      ['refused', 403],
      ['extensions', 0],
      ['connection_ack'],
      ['pong'],
    ]);
  });
});

describeWith([websocketClient], 'websocket-client', () => {
  it('pings between fragments, and takes no handshake without its protocol', async () => {
    expect(await ready('websocket_client.py')).toEqual([
      ['refused', 'Invalid WebSocket Header'],
      ['connection_ack'],
      ['pong', 'between'],
      ['pong'],
    ]);
  });
});

describe('clients of WebSockets of a gateway that restarts', () => {
  it('are answered their pings, hear of it, and come back where they do so by themselves', async () => {
    // Who did not answer the ping before is cut off by the next.
    const clock = await Follower.open(`${shop.url}/v1/events/clock`);
    await clock.beaten(3);
    await shop.gateway.end('SIGTERM');
    await shop.restartGateway();
    for (const [file, program] of started) {
      if (file === 'socket_io.py') {
        await program.until(() => program.lines.filter(([what]) => what === 'other connects').length > 1);
        expect(program.all('end')).toEqual(['shutdown']);
        continue;
      }
      await program.until(() => program.lines.at(-1)![0] === 'closed');
      const closed = file === 'websocket_client.py' ? ['Invalid close opcode.'] : [1012, 'shutdown'];
      expect(program.lines.at(-1)).toEqual(['closed', ...closed]);
    }
  });
});
