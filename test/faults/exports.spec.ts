import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { seedManyOrders } from '#test/support/many-orders';
import { p99Of } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(120_000);

const ORDERS = 200_000;
const PATH = '/v1/orders/export';
const NDJSON = { accept: 'application/x-ndjson' };
const CSV = { accept: 'text/csv' };
const STALLED = 20;
const IDLE_MS = 10_000;

const dataDir = mkdtempSync(join(tmpdir(), 'atrium-bulk-faults-'));
let shop: RealShop;

beforeAll(async () => {
  await seedManyOrders(dataDir, ORDERS);
  const settings = { MAX_STREAMS_PER_CALLER: '200', IDLE_TIMEOUT_MS: `${IDLE_MS}`, STREAM_HEARTBEAT_MS: '1000' };
  shop = await RealShop.open(async () => settings, { DATA_DIR: dataDir });
});
afterAll(async () => {
  await shop?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A client of an export that counts rows as it reads them, slowly at first. */
class Reader {
  readonly ids: string[] = [];
  last = '';
  private rest = '';
  private readonly response: Promise<IncomingMessage>;
  /** Resolves when the answer is over, to whether it ended as HTTP demands. */
  readonly over: Promise<boolean>;
  private onRow = () => {};

  constructor(headers: Record<string, string>, after = '') {
    const path = `${PATH}${after && `?after=${after}`}`;
    this.response = new Promise((resolve, reject) => {
      request(`${shop.url}${path}`, { headers: { ...shop.access.admin, ...headers }, agent: false }, resolve)
        .on('error', reject)
        .end();
    });
    this.over = this.response.then((response) => this.read(response));
  }

  /** Resolves when this many rows have come; then no more are read until `goOn`. */
  async stopAt(rows: number): Promise<void> {
    const response = await this.response;
    await new Promise<void>((resolve) => {
      this.onRow = () => this.ids.length >= rows && resolve();
      this.onRow();
    });
    response.pause();
  }

  async goOn(): Promise<void> {
    (await this.response).resume();
  }

  private read(response: IncomingMessage): Promise<boolean> {
    response.setEncoding('utf8').on('error', () => {});
    response.on('data', (text: string) => {
      const lines = (this.rest + text).split(/\r?\n/);
      this.rest = lines.pop()!;
      for (const line of lines) {
        const id = /^(?:\{"id":")?(order-[\w-]+)/.exec(line)?.[1];
        if (id) this.ids.push(id);
        else this.last = line;
      }
      this.onRow();
    });
    return new Promise((resolve) => response.once('close', () => resolve(response.complete)));
  }
}

describe('the orders service killed in exports', () => {
  it('shows in each of them, and each can be continued without losing or doubling a row', async () => {
    const row = new Row('orders killed midway in 10 exports');
    const ndjson = Array.from({ length: 5 }, () => new Reader(NDJSON));
    const csv = Array.from({ length: 5 }, () => new Reader(CSV));
    const all = [...ndjson, ...csv];
    await Promise.all(all.map((reader) => reader.stopAt(2_000)));
    const killedAt = performance.now();
    await shop.processes.get('orders')!.end('SIGKILL');
    for (const reader of all) await reader.goOn();
    const areWhole = await Promise.all(all.map(({ over }) => over));
    row.upTo('all over after', 2_000, performance.now() - killedAt);
    row.all('NDJSON with its error and cursor', ndjson, ({ last, ids }) => {
      const { end, rows, cursor, error } = JSON.parse(last) as Record<string, unknown>;
      const { code } = (error ?? {}) as { code?: string };
      return end === false && code === 'UPSTREAM_UNAVAILABLE' && rows === ids.length && cursor === ids.at(-1);
    });
    row.all('CSV broken off', areWhole.slice(5), (isWhole) => !isWhole);
    row.all('none with all rows', all, ({ ids }) => ids.length < ORDERS);

    await shop.start('orders');
    await shop.breakerIs('orders', 'ExportOrders', (state) => state === 'CLOSED');
    const [broken] = ndjson as [Reader];
    const rest = new Reader(NDJSON, broken.ids.at(-1));
    expect(await rest.over).toBe(true);
    const ids = [...broken.ids, ...rest.ids];
    row.note('rows after the continuation', `${ORDERS}, once`, `${ids.length}`, ids.length === ORDERS);
    row.note('of them different', `${ORDERS}`, `${new Set(ids).size}`, new Set(ids).size === ORDERS);
    expect(row.missed).toEqual([]);
  });
});

describe('clients of exports that stop reading', () => {
  it('cost some memory each, delay nobody, and are cut off', async () => {
    const row = new Row(`${STALLED} clients of exports that stop reading`);
    const home = (index: number) => ({ path: '/v1/home', headers: shop.access.of(`u${3 + (index % 40)}`) });
    await shop.loadFor(1_000, 50, home);
    const calm = await shop.calm(50, home);
    const before = shop.gateway.rssBytes;
    const sockets = Array.from({ length: STALLED }, stalled);
    while ((await openExports()).open < STALLED) await passed(20);
    // The kernel takes some megabytes for each before the gateway notices.
    let [rows, stoppedAt] = [-1, 0];
    for (let next = await openExports(); next.rows !== rows; next = await openExports()) {
      [rows, stoppedAt] = [next.rows, performance.now()];
      await passed(2_000);
    }
    const grownMb = (shop.gateway.rssBytes - before) / 1_000_000;
    const during = await shop.loadFor(3_000, 50, home);
    const { open } = await openExports();
    while ((await openExports()).open > 0) await passed(50);
    const cutOffMs = performance.now() - stoppedAt;
    row.note('open meanwhile', `${STALLED}`, `${open}`, open === STALLED);
    row.all('others whole', during, ({ status }) => status === 200);
    row.upTo(`p99 of others (calm ${p99Of(calm).toFixed(0)} ms + 50)`, p99Of(calm) + 50, p99Of(during));
    row.upTo('memory grown', 60, grownMb, 'MB');
    row.upTo('all cut off after', IDLE_MS + 5_000, cutOffMs);
    for (const socket of sockets) socket.destroy();
    expect(row.missed).toEqual([]);
  });
});

/** A client that asks for an export and never reads it. */
function stalled(): Socket {
  const { hostname, port } = new URL(shop.url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.pause();
  const { authorization } = shop.access.admin;
  socket.write(`GET ${PATH} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\nAuthorization: ${authorization}\r\n\r\n`);
  return socket;
}

/** The exports that are open, and the rows that they have sent. */
async function openExports(): Promise<{ open: number; rows: number }> {
  const answer = await fetch(`${shop.adminUrl}/admin/streams`, { headers: shop.access.admin });
  const { byRoute, streams } = (await answer.json()) as {
    byRoute: Record<string, number>;
    streams: { sent: number }[];
  };
  return { open: byRoute[PATH] ?? 0, rows: streams.reduce((sum, { sent }) => sum + sent, 0) };
}
