import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultProxy, type Faults } from './fault-proxy.ts';

/** Seeds whose first number is near 1, and near 0. */
const [SLOW, QUICK] = [4, 7];

/** Answers what it is told, byte for byte. */
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

/** Says something and resolves to the answer, and how long it took in milliseconds. */
async function send(socket: Socket, words: string): Promise<{ answer: string; ms: number }> {
  const startedAt = performance.now();
  socket.write(words);
  const [answer] = await once(socket, 'data');
  return { answer: String(answer), ms: performance.now() - startedAt };
}

describe('a fault proxy', () => {
  it('passes everything on while there is no fault, and counts connections', async () => {
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

  it('carries a large answer whole, and the end of the stream', async () => {
    await open({ latencyMs: 1, jitterMs: 5 });
    const socket = client();
    const sent = Buffer.alloc(3 * 1024 * 1024, 'abcdefg');
    socket.end(sent);
    expect((await buffer(socket)).equals(sent)).toBe(true);
  });

  it('delays answers, and can be told to stop that while it runs', async () => {
    await open({ latencyMs: 60 });
    const socket = client();
    expect((await send(socket, 'slow')).ms).toBeGreaterThanOrEqual(59);
    proxy.set({ latencyMs: 0 });
    expect((await send(socket, 'fast')).ms).toBeLessThan(50);
  });

  it('takes its jitter from the seed', async () => {
    await open({ jitterMs: 500 }, SLOW);
    const slow = await send(client(), 'jitter');
    await proxy.close();
    await open({ jitterMs: 500 }, QUICK);
    const quick = await send(client(), 'jitter');
    expect(slow.ms - quick.ms).toBeGreaterThan(100);
  });

  it('lets bytes through no faster than it is told', async () => {
    await open({ bytesPerSecond: 10_000 });
    const socket = client();
    const startedAt = performance.now();
    socket.end(Buffer.alloc(1_500));
    expect(await buffer(socket)).toHaveLength(1_500);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(140);
  });

  it('takes connections and answers nothing while half-open, and everything after', async () => {
    await open({ halfOpen: true });
    const socket = client();
    await once(socket, 'connect');
    let isAnswered = false;
    const answered = send(socket, 'anybody there').then(({ answer }) => {
      isAnswered = true;
      return answer;
    });
    // Long enough for an answer: another connection, without the fault, is served meanwhile.
    const direct = connect((echo.address() as AddressInfo).port, '127.0.0.1');
    await send(direct, 'direct');
    direct.destroy();
    expect(isAnswered).toBe(false);
    proxy.heal();
    expect(await answered).toBe('anybody there');
  });

  it('passes on at once, when it is healed, what was on its way slowly', async () => {
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

  it('loses the connections that are open without a word, and takes new ones', async () => {
    await open();
    const lost = client();
    await send(lost, 'hello');
    proxy.loseConnections();
    let text = '';
    lost.on('data', (words) => (text += words)).write('anybody there');
    expect((await send(client(), 'new')).answer).toBe('new');
    expect([text, lost.closed]).toEqual(['', false]);
  });

  it('resets a connection in the middle of an answer', async () => {
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

  it('resets the upstream where the client does', async () => {
    await open();
    const socket = client();
    const [upstream] = (await Promise.all([once(echo, 'connection'), send(socket, 'hello')]))[0] as [Socket];
    const lost = new Promise((resolve) => upstream.on('close', resolve));
    socket.resetAndDestroy();
    await lost;
  });
});
