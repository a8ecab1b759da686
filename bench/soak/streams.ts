import { connect, type Socket } from 'node:net';
import { OPERATORS } from './traffic.ts';

const MIN_LIFE_MS = 20_000;
const MAX_LIFE_MS = 240_000;
const RETRY_MS = 1_000;
/** The time between the first clients. */
const APART_MS = 50;

/** Clients of event streams that leave after a while, and come back with the id of their last event. */
export class Streams {
  private readonly sockets = new Set<Socket>();
  private isStopped = false;
  opened = 0;
  refused = 0;
  events = 0;
  open = 0;

  constructor(
    private readonly url: string,
    private readonly as: (n: number) => Record<string, string>,
  ) {}

  start(count: number): void {
    for (let n = 0; n < count; n += 1) setTimeout(() => this.connect(n, ''), n * APART_MS);
  }

  stop(): void {
    this.isStopped = true;
    for (const socket of this.sockets) socket.destroy();
  }

  private connect(n: number, lastId: string): void {
    if (this.isStopped) return;
    const { hostname, port } = new URL(this.url);
    const socket = connect(Number(port), hostname);
    this.sockets.add(socket);
    const headers = { host: hostname, ...this.as(n), ...(lastId && { 'last-event-id': lastId }) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${pathOf(n)} HTTP/1.1\r\n${lines.join('')}\r\n`);
    let isOpen = false;
    socket.once('data', (head) => {
      isOpen = head.toString().startsWith('HTTP/1.1 200');
      if (isOpen) this.opened += 1;
      else this.refused += 1;
      if (isOpen) this.open += 1;
      else socket.destroy();
    });
    socket.on('data', (data) => {
      const ids = [...data.toString().matchAll(/^id: ?(.+)$/gm)];
      this.events += data.toString().match(/^event:/gm)?.length ?? 0;
      lastId = ids.at(-1)?.[1]?.trim() ?? lastId;
    });
    socket.on('error', () => {});
    const leave = setTimeout(() => socket.destroy(), MIN_LIFE_MS + Math.random() * (MAX_LIFE_MS - MIN_LIFE_MS));
    socket.once('close', () => {
      clearTimeout(leave);
      this.sockets.delete(socket);
      if (isOpen) this.open -= 1;
      setTimeout(() => this.connect(n, lastId), RETRY_MS).unref();
    });
  }
}

/** Operators see the system, half of the others a clock, and the rest what becomes of their orders. */
function pathOf(n: number): string {
  if (n % OPERATORS === 0) return '/v1/events/system';
  return n % 2 ? '/v1/events/clock' : '/v1/events';
}
