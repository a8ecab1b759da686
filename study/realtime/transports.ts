import { once } from 'node:events';
import { createServer } from 'node:http';
import { EventStream, streamHeaders, SERVER_SENT_EVENTS } from '#gateway/transports/sse/event-stream';
import { Pool } from 'undici';
import { WebSocket, WebSocketServer } from 'ws';
import { listen } from '#study/support/server';

/** What the events of one transport cost, per client and event or at rest. */
export interface Cost {
  bytesPerEvent: number;
  cpuMicrosPerEvent: number;
  heapPerClient: number;
}

const DATA = { orderId: 'o1', status: 'SHIPPED' };

/** Delivers `events` events to each of `clients` clients, and measures. Both ends are in this process. */
async function measure(
  clients: number,
  events: number,
  start: () => Promise<{
    bytes: () => { written: number; read: number };
    /** Resolves once all clients have the next event. */
    deliver: () => Promise<void>;
    close: () => Promise<void>;
  }>,
): Promise<Cost> {
  globalThis.gc!();
  const heapBefore = process.memoryUsage().heapUsed;
  const { bytes, deliver, close } = await start();
  await deliver();
  globalThis.gc!();
  const heapPerClient = (process.memoryUsage().heapUsed - heapBefore) / clients;
  const [before, cpu] = [bytes(), process.cpuUsage()];
  for (let n = 0; n < events; n += 1) await deliver();
  const { user, system } = process.cpuUsage(cpu);
  const after = bytes();
  await close();
  const delivered = clients * events;
  return {
    bytesPerEvent: (after.written - before.written + after.read - before.read) / delivered,
    cpuMicrosPerEvent: (user + system) / delivered,
    heapPerClient,
  };
}

/** Server-sent events, written by the stream of the gateway. */
export const sse = (clients: number, events: number): Promise<Cost> =>
  measure(clients, events, async () => {
    const streams: EventStream[] = [];
    const server = createServer((_request, response) => {
      response.writeHead(200, streamHeaders(SERVER_SENT_EVENTS));
      streams.push(new EventStream(response));
    });
    const { port, bytes, close } = await listen(server);
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: clients });
    let received = 0;
    let all = () => {};
    for (let n = 0; n < clients; n += 1) {
      const { body } = await pool.request({ path: '/', method: 'GET' });
      body.on('data', (chunk: Buffer) => {
        received += chunk.toString().split('data: ').length - 1;
        if (received >= clients) all();
      });
      body.on('error', () => {});
    }
    const deliver = () =>
      new Promise<void>((resolve) => {
        received = 0;
        all = resolve;
        for (const stream of streams) stream.send({ id: '1-0', event: 'order', data: DATA });
      });
    return { bytes, deliver, close: async () => (await close(), await pool.destroy()) };
  });

/** WebSocket messages. */
export const webSocket = (clients: number, events: number): Promise<Cost> =>
  measure(clients, events, async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    const { port, bytes, close } = await listen(server);
    let received = 0;
    let all = () => {};
    const open = Array.from({ length: clients }, () => new WebSocket(`ws://127.0.0.1:${port}`));
    for (const socket of open) socket.on('message', () => ++received >= clients && all());
    await Promise.all(open.map((socket) => once(socket, 'open')));
    const deliver = () =>
      new Promise<void>((resolve) => {
        received = 0;
        all = resolve;
        for (const socket of sockets.clients) socket.send(JSON.stringify({ id: '1-0', type: 'order', ...DATA }));
      });
    const end = async () => {
      for (const socket of open) socket.on('error', () => {}).terminate();
      sockets.close();
      await close();
    };
    return { bytes, deliver, close: end };
  });

/** Polling: each client asks once an event, on a connection that stays open. */
export const polling = (clients: number, events: number): Promise<Cost> =>
  measure(clients, events, async () => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify([{ id: '1-0', type: 'order', ...DATA }]));
    });
    const { port, bytes, close } = await listen(server);
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: clients });
    const send = async () => (await pool.request({ path: '/events?after=0-0', method: 'GET' })).body.dump();
    const deliver = async () => void (await Promise.all(Array.from({ length: clients }, send)));
    return { bytes, deliver, close: async () => (await pool.close(), await close()) };
  });
