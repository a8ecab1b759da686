import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { CsvWriter } from '#libs/tabular';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TableStream } from './table-stream.ts';

const IDLE_MS = 10_000;
const server = createServer();
let response: ServerResponse;
let answer: IncomingMessage;
let stops: number;
let stream: TableStream;
const writer = new CsvWriter<never>({ columns: [] });

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const requested = once(server, 'request');
  const pending = request({ port: (server.address() as AddressInfo).port, agent: false }).end();
  [, response] = (await requested) as [unknown, ServerResponse];
  response.writeHead(200).write('x');
  [answer] = (await once(pending, 'response')) as [IncomingMessage];
  answer.on('error', () => {});
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  stops = 0;
  stream = new TableStream(response, writer, IDLE_MS, () => void (stops += 1));
});
afterEach(async () => {
  jest.useRealTimers();
  response.destroy();
  server.close();
  await once(server, 'close');
});

/** Sends more than the connection and its buffers take, and waits until they are full. */
async function fill(): Promise<void> {
  response.write(Buffer.alloc(40_000_000));
  for (let held = -1; held !== stream.heldBytes;) {
    held = stream.heldBytes;
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  }
}

describe('a table that is sent', () => {
  it('is cut off when its client has taken nothing for too long', async () => {
    await fill();
    const closed = once(response, 'close');
    stream.beat();
    jest.advanceTimersByTime(IDLE_MS - 1);
    stream.beat();
    expect(stream.endedBy).toBeUndefined();
    jest.advanceTimersByTime(1);
    stream.beat();
    expect([stream.endedBy, stream.failure?.code, stops]).toEqual(['overflow', 'REQUEST_TIMEOUT', 1]);
    await closed;
  });

  it('is reset over HTTP/1.0, where the end of the connection is the end of the answer', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const requested = once(server, 'request');
    socket.write('GET / HTTP/1.0\r\n\r\n');
    const [, old] = (await requested) as [unknown, ServerResponse];
    old.writeHead(200).write('a row');
    await once(socket, 'data');
    const ended = new Promise((resolve) => void socket.once('error', resolve).once('end', resolve));
    new TableStream(old, writer, IDLE_MS, () => {}).breakOff();
    expect(await ended).toMatchObject({ code: 'ECONNRESET' });
  });

  it('waits as long as it takes for a service: then nothing is unread', () => {
    jest.advanceTimersByTime(10 * IDLE_MS);
    stream.beat();
    stream.beat();
    expect([stream.heldBytes, stream.endedBy]).toEqual([0, undefined]);
  });

  it.each([
    ['end', { reason: 'logout' }, 'logout', 'UNAUTHENTICATED'],
    ['end', { reason: 'operator' }, 'operator', 'OVERLOADED'],
    ['shutdown', {}, 'shutdown', 'OVERLOADED'],
  ])('ends with %s %j, and five seconds later at the latest', async (event, data, endedBy, code) => {
    stream.end(event, data);
    stream.end('shutdown');
    expect([stream.endedBy, stream.failure?.code, stops]).toEqual([endedBy, code, 1]);
    const closed = once(response, 'close');
    jest.advanceTimersByTime(5_000);
    await closed;
  });

  it('tells once that it is over', async () => {
    let calls = 0;
    stream.onOver(() => void (calls += 1));
    response.end();
    answer.resume();
    await once(response, 'close');
    stream.onOver(() => void (calls += 1));
    stream.end('shutdown');
    expect([calls, stream.endedBy, stops]).toEqual([2, undefined, 0]);
  });
});
