import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultProxy, type Faults } from './fault-proxy.ts';

/** Seeds whose first number is near 1, and near 0. */
const [SLOW, QUICK] = [4, 7];

/** Echoes all bytes. */
let echo: Server;
let proxy: FaultProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  echo.close();
});

async function open(faults: Partial<Faults> = {}, seed = 1): Promise<void> {
  proxy = await FaultProxy.open({
    target: `127.0.0.1:${(echo.address() as AddressInfo).port}`,
    faults,
    seed,
  });
}

function client(): Socket {
  const [host, port] = proxy.address.split(':');
  const socket = connect(Number(port), host);
  clients.push(socket);
  return socket;
}

/** Sends text, and resolves to the response and its duration in milliseconds. */
async function send(socket: Socket, words: string): Promise<{ answer: string; ms: number }> {
  const startedAt = performance.now();
  socket.write(words);
  const [answer] = await once(socket, 'data');
  return { answer: String(answer), ms: performance.now() - startedAt };
}

describe('a fault proxy', () => {
  it('forwards all bytes without faults, and counts connections', async () => {
    await open();
    const [one, other] = [client(), client()];
    expect((await send(one, 'hello')).answer).toBe('hello');
    expect((await send(other, 'there')).answer).toBe('there');
    expect([proxy.connections, proxy.open]).toEqual([2, 2]);
    other.destroy();
    await once(other, 'close');
    expect((await send(one, 'again')).answer).toBe('again');
    expect(proxy.connections).toBe(2);
  });

  it('forwards a large response completely, and the end of the stream', async () => {
    await open({ latencyMs: 1, jitterMs: 5 });
    const socket = client();
    const sent = Buffer.alloc(3 * 1024 * 1024, 'abcdefg');
    socket.end(sent);
    expect((await buffer(socket)).equals(sent)).toBe(true);
  });

  it('delays responses, until the fault is removed', async () => {
    await open({ latencyMs: 400 });
    const socket = client();
    expect((await send(socket, 'slow')).ms).toBeGreaterThanOrEqual(399);
    proxy.set({ latencyMs: 0 });
    expect((await send(socket, 'fast')).ms).toBeLessThan(390);
  });

  it('takes its jitter from the seed', async () => {
    await open({ jitterMs: 500 }, SLOW);
    const slow = await send(client(), 'jitter');
    await proxy.close();
    await open({ jitterMs: 500 }, QUICK);
    const quick = await send(client(), 'jitter');
    expect(slow.ms - quick.ms).toBeGreaterThan(100);
  });

  it('limits the bandwidth', async () => {
    await open({ bytesPerSecond: 10_000 });
    const socket = client();
    const startedAt = performance.now();
    socket.end(Buffer.alloc(1_500));
    expect(await buffer(socket)).toHaveLength(1_500);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(140);
  });

  it('accepts connections without responses while half-open, and forwards everything afterwards', async () => {
    await open({ halfOpen: true });
    const socket = client();
    await once(socket, 'connect');
    let isAnswered = false;
    const answered = send(socket, 'anybody there').then(({ answer }) => {
      isAnswered = true;
      return answer;
    });
    // Long enough for a response: another connection, without the fault, is served meanwhile.
    const direct = connect((echo.address() as AddressInfo).port, '127.0.0.1');
    await send(direct, 'direct');
    direct.destroy();
    expect(isAnswered).toBe(false);
    proxy.heal();
    expect(await answered).toBe('anybody there');
  });

  it('forwards delayed bytes immediately when it is healed', async () => {
    await open({ bytesPerSecond: 10 });
    const socket = client();
    const whole = buffer(socket);
    socket.write(Buffer.alloc(1_000));
    await once(socket, 'data');
    const healedAt = performance.now();
    proxy.heal();
    socket.end();
    expect(await whole).toHaveLength(1_000);
    expect(performance.now() - healedAt).toBeLessThan(10_000);
  });

  it('loses open connections without notice, and accepts new ones', async () => {
    await open();
    const lost = client();
    await send(lost, 'hello');
    proxy.loseConnections();
    let text = '';
    lost.on('data', (words) => (text += words)).write('anybody there');
    expect((await send(client(), 'new')).answer).toBe('new');
    expect([text, lost.closed]).toEqual(['', false]);
  });

  it('resets a connection in the middle of a response', async () => {
    await open({ resetAfterBytes: 4 });
    const socket = client();
    const closed = new Promise<Error>((resolve) => socket.on('error', resolve));
    expect((await send(socket, 'interrupted')).answer).toBe('inte');
    expect(await closed).toMatchObject({ code: 'ECONNRESET' });
  });

  it('refuses connections', async () => {
    await open({ refuse: true });
    const socket = client();
    expect(await new Promise((resolve) => socket.on('error', resolve))).toMatchObject({ code: 'ECONNRESET' });
    expect([proxy.connections, proxy.open]).toEqual([1, 0]);
  });

  it("resets the upstream's connection if the client resets its own", async () => {
    await open();
    const socket = client();
    const [upstream] = (await Promise.all([once(echo, 'connection'), send(socket, 'hello')]))[0] as [Socket];
    const lost = new Promise((resolve) => upstream.on('close', resolve));
    socket.resetAndDestroy();
    await lost;
    expect(upstream.destroyed).toBe(true);
  });
});
