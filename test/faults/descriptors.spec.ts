import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { isWhole } from '#test/support/load';
import { LyingShop } from '#test/support/lying-shop';
import { passed } from '#test/support/quiet-machine';
import type { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { Pool } from 'undici';

jest.setTimeout(120_000);

/** So many files and sockets may the gateway have open. */
const MAX_FILES = 300;
const CLIENTS = 600;
const PER_SECOND = 50;
const TIMEOUT_MS = 10_000;

let upstreams: LyingShop;
let shop: RealShop;

beforeAll(async () => {
  upstreams = await LyingShop.open();
  const limited = ['prlimit', `--nofile=${MAX_FILES}:${MAX_FILES}`];
  shop = await upstreams.gateway({ CACHE: 'off', SHEDDING: 'off' }, limited);
});
afterAll(async () => {
  await shop?.close();
  await upstreams?.close();
});

/** A client that keeps its connection, and what came of its request: a status, `closed` or `nothing`. */
function client(): { socket: Socket; outcome: Promise<string> } {
  const { hostname, port } = new URL(shop.url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.write('GET /v1/products/p1?fields=product HTTP/1.1\r\nHost: a\r\n\r\n');
  const outcome = new Promise<string>((resolve) => {
    socket.once('data', (head) => resolve(/^HTTP\/1.1 (\d+)/.exec(String(head))![1]!));
    socket.once('close', () => resolve('closed'));
    setTimeout(() => resolve('nothing'), TIMEOUT_MS).unref();
  });
  return { socket, outcome };
}

it('twice as many clients as descriptors take none from the services, and are refused', async () => {
  const row = new Row(`${CLIENTS} clients, ${MAX_FILES} descriptors`);
  const pool = new Pool(shop.url, { connections: 8 });
  const headers = shop.access.of('u1');
  const load = shop.load(PER_SECOND, () => ({ path: '/v1/home', headers }), pool);
  await passed(1_000);
  const clients = Array.from({ length: CLIENTS }, client);
  const outcomes = await Promise.all(clients.map(({ outcome }) => outcome));
  await passed(1_000);
  const used = readdirSync(`/proc/${shop.gateway.pid}/fd`).length;
  const metrics = await shop.metrics();
  for (const { socket } of clients) socket.destroy();
  const leftAt = performance.now();
  for (let last = ''; last !== '200' && performance.now() - leftAt < TIMEOUT_MS;) {
    const { socket, outcome } = client();
    last = await outcome;
    socket.destroy();
  }
  row.upTo('a new client is served again after', 2_000, performance.now() - leftAt);
  const samples = await load.stop();
  await pool.destroy();
  const countOf = (one: string) => outcomes.filter((outcome) => outcome === one).length;
  const [served, refused, closed] = [countOf('200'), countOf('503'), countOf('closed')];

  row.all('requests on connections from before are answered whole', samples, isWhole);
  row.note('new clients are served', '≥ 150', `${served}`, served >= 150);
  row.note('the next are answered 503', '≥ 10', `${refused}`, refused >= 10);
  row.note('the others are closed at once', 'all', `${closed}`, served + refused + closed === CLIENTS);
  row.upTo('descriptors in use', MAX_FILES - 10, used, 'descriptors');
  const reported = /^connections_refused_total\{outcome="closed"\} (\d+)/m.exec(metrics)![1]!;
  row.note('closed connections in the metrics', `${closed}`, reported, Number(reported) === closed);
  const warnings = shop.gateway.log.with({ msg: 'connections are refused: there are too many' });
  row.note('warnings in the log', '1 or 2', `${warnings.length}`, warnings.length === 1 || warnings.length === 2);
  const first = shop.gateway.log.with({ maxFiles: MAX_FILES });
  row.note('the limit is told at the start', 'once', `${first.length}`, first.length === 1);
  expect(row.missed).toEqual([]);
});
