import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { RealShop } from '#test/support/real-shop';
import { passed } from '#test/support/quiet-machine';
import { Row } from '#test/support/row';

jest.setTimeout(300_000);

const STREAMS = 10_000;
/** So many connect at a time, or the backlog of the socket overflows. */
const AT_ONCE = 200;
const RELOADS = 200;
const MAX_HEAR_MS = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'atrium-reloads-'));
const SETTINGS_FILE = join(folder, 'settings.json');
const UPSTREAMS_FILE = join(folder, 'upstreams.json');
let shop: RealShop;

/** Settings that differ in every round. */
function write(round: number): void {
  const limits = {
    RATE_LIMIT_CUSTOMER: '1000000/60',
    RATE_LIMIT_ANONYMOUS: `${1_000_000 + round}/60`,
    MAX_STREAMS_PER_CALLER: STREAMS + round,
  };
  writeFileSync(SETTINGS_FILE, JSON.stringify(limits));
  writeFileSync(UPSTREAMS_FILE, JSON.stringify({ orders: { timeoutMs: 1_000 + round } }));
}

beforeAll(async () => {
  write(0);
  shop = await RealShop.open(async () => ({ SETTINGS_FILE, UPSTREAMS_FILE, RATE_LIMIT: 'on', SHEDDING: 'off' }));
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
});

/** An open stream, and whether it has ended or heard a broadcast. */
class OpenStream {
  hasEnded = false;
  hasHeard = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => (this.hasHeard ||= data.includes('event: broadcast')));
    socket.on('close', () => (this.hasEnded = true));
    socket.on('error', () => {});
  }

  /** Resolves with the first bytes of its response. */
  static async open(url: string, authorization: string): Promise<OpenStream> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const stream = new OpenStream(socket);
    socket.write(`GET /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n\r\n`);
    const [head] = await new Promise<[Buffer]>((resolve, reject) => {
      socket.once('data', (data: Buffer) => resolve([data]));
      socket.once('close', () => reject(new Error('the stream ended before it began')));
    });
    if (!head.includes('200 OK')) throw new Error(`the stream was answered ${head.toString()}`);
    return stream;
  }

  close(): void {
    this.socket.destroy();
  }
}

it('200 reloads end none of 10,000 streams and fail no request', async () => {
  const row = new Row('200 reloads under 10,000 streams');
  const { authorization } = shop.access.of('u1');
  const streams: OpenStream[] = [];
  while (streams.length < STREAMS)
    streams.push(
      ...(await Promise.all(Array.from({ length: AT_ONCE }, () => OpenStream.open(shop.url, authorization)))),
    );
  const rssBefore = shop.gateway.rssBytes;
  const load = shop.load(50, () => ({ path: '/v1/products/p1', headers: {} }));
  for (let round = 1; round <= RELOADS; round += 1) {
    write(round);
    shop.gateway.signal('SIGHUP');
    // The next one says what this one has changed: each is in the audit log.
    while (shop.gateway.log.with({ audit: 'settings.reloaded' }).length < round) await passed(5);
  }
  const samples = await load.stop();
  const changes = shop.gateway.log
    .with({ audit: 'settings.reloaded' })
    .flatMap((one) => one['changes'] as string[]);
  row.note(
    'reloads that changed all three settings',
    `${3 * RELOADS} changes`,
    `${changes.length}`,
    changes.length === 3 * RELOADS,
  );
  row.all('requests are answered 200', samples, ({ status }) => status === 200);
  row.upTo('memory grown', 60, (shop.gateway.rssBytes - rssBefore) / 1_000_000, 'MB');
  await fetch(`${shop.adminUrl}/admin/broadcast`, {
    method: 'POST',
    headers: { ...shop.access.admin, 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'still there' }),
  });
  const since = performance.now();
  while (!streams.every(({ hasHeard }) => hasHeard) && performance.now() - since < MAX_HEAR_MS) await passed(50);
  row.all('streams are open, and hear a broadcast', streams, ({ hasEnded, hasHeard }) => !hasEnded && hasHeard);
  for (const one of streams) one.close();
  expect(row.missed).toEqual([]);
});
