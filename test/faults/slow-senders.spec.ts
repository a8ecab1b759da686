import { connect } from 'node:net';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

const SENDERS = 20;
/** The rate is checked every five seconds; the first check may come before the body has begun. */
const MAX_ANSWER_MS = 12_000;

let shop: RealShop;
beforeAll(async () => {
  shop = await RealShop.open(async () => ({ SHEDDING: 'off' }));
});
afterAll(() => shop?.close());

/** What a client that sends a byte of its body a second is answered, and when; resolves when the connection is closed. */
interface CutOff {
  answer: string;
  afterMs: number;
}

/** Sends a body of a megabyte, byte by byte, until there is an answer. */
function sendSlowly(path: string, headers: Record<string, string>): Promise<CutOff> {
  const { hostname, port } = new URL(shop.url);
  const socket = connect(Number(port), hostname);
  const head = Object.entries({ host: hostname, 'content-length': '1000000', ...headers });
  socket.write(`POST ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  const startedAt = performance.now();
  const timer = setInterval(() => socket.write('x'), 1_000);
  let [answer, afterMs] = ['', Infinity];
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
    afterMs = Math.min(afterMs, performance.now() - startedAt);
  });
  return new Promise((resolve) => {
    // The gateway may reset a connection that has an answer while bytes still come.
    socket.on('error', () => {});
    socket.once('close', () => {
      clearInterval(timer);
      resolve({ answer, afterMs });
    });
  });
}

it.each([
  ['imports', '/v1/products/import', { 'content-type': 'application/x-ndjson' }],
  ['uploads', '/v1/uploads', {}],
])('clients that send a byte a second of %s are cut off', async (what, path, headers) => {
  const row = new Row(`${SENDERS} clients that send a byte a second of ${what}`);
  const sent = await Promise.all(
    Array.from({ length: SENDERS }, () => sendSlowly(path, { ...shop.access.admin, ...headers })),
  );
  const statuses = [...new Set(sent.map(({ answer }) => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none'))].join(
    ', ',
  );
  row.note('all are answered, and their connections closed', '408', statuses, statuses === '408');
  row.upTo('all answered after', MAX_ANSWER_MS, Math.max(...sent.map(({ afterMs }) => afterMs)));
  const { status } = await fetch(`${shop.url}/v1/me`, { headers: shop.access.admin });
  row.note('another request of their caller', '200', `${status}`, status === 200);
  expect(row.missed).toEqual([]);
});
