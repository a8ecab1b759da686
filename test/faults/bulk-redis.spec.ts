import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { freePort } from '#libs/testing';
import { startDurableRedis } from '#test/support/durable-redis';
import { untilJob } from '#test/support/jobs/until-job';
import { seedManyOrders } from '#test/support/many-orders';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { receivedIn } from '#test/support/upload-gateway';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

const ORDERS = 40_000;
const PRODUCTS = 40_000;
const FILE = randomBytes(3_000_000);
const AWAY_MS = 2_000;
const TUS = { 'tus-resumable': '1.0.0' };
const NDJSON = 'application/x-ndjson';

interface Job {
  id: string;
  state: string;
  attempt: number;
  isEnded: boolean;
  progress: { done: number; total: number } | null;
  result: { created: number; updated: number } | null;
}

const dataDir = mkdtempSync(join(tmpdir(), 'atrium-bulk-redis-'));
const files = join(dataDir, 'stored');
let port: number;
let redis: ChildProcess;
let shop: RealShop;
beforeAll(async () => {
  mkdirSync(join(dataDir, 'redis'));
  await seedManyOrders(dataDir, ORDERS);
  redis = await startDurableRedis((port = await freePort()), join(dataDir, 'redis'));
  const settings = { REDIS_URL: `redis://127.0.0.1:${port}`, STORAGE_URL: `file:${files}` };
  shop = await RealShop.open(async () => settings, { DATA_DIR: dataDir });
});
afterAll(async () => {
  await shop?.close();
  await killed();
  rmSync(dataDir, { recursive: true, force: true });
});

async function killed(): Promise<void> {
  if (!redis || redis.exitCode !== null || redis.signalCode !== null) return;
  const gone = once(redis, 'exit');
  redis.kill('SIGKILL');
  await gone;
}

/** Begins a request of an admin. */
function begun(method: string, path: string, headers: Record<string, string> = {}) {
  const sent: ClientRequest = request(new URL(path, shop.url), {
    method,
    agent: false,
    headers: { ...shop.access.admin, ...headers },
  });
  const answer = once(sent, 'response').then(([response]) => response as IncomingMessage);
  return { sent, answer };
}

/** Sends a request. @returns the answer, read to its end */
async function sendAll(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Buffer | string,
) {
  const { sent, answer } = begun(method, path, headers);
  sent.end(body);
  const response = await answer;
  return { status: response.statusCode, headers: response.headers, text: await textOf(response) };
}

const productRows = Array.from({ length: PRODUCTS }, (_, i) =>
  JSON.stringify({
    id: `bulk-${i}`,
    name: `Lamp ${i}`,
    category: 'bulk',
    available: 7,
    price: { amountMinor: i, currency: 'EUR' },
  }),
).join('\n');
const importAll = (dryRun = '') =>
  sendAll('POST', `/v1/products/import${dryRun}`, { 'content-type': NDJSON }, productRows);
const rowsOf = (text: string) => (JSON.parse(text.trimEnd().split('\n').at(-1)!) as { rows: number }).rows;
const createUpload = async () =>
  (await sendAll('POST', '/v1/uploads/tus', { ...TUS, 'upload-length': `${FILE.length}` })).headers.location!;
const appending = (url: string, from: number, to: number) =>
  begun('PATCH', url, {
    ...TUS,
    'content-type': 'application/offset+octet-stream',
    'upload-offset': `${from}`,
    'content-length': `${to - from}`,
  });
const codeOf = ({ status, text }: { status: number | undefined; text: string }) =>
  `${status} ${(JSON.parse(text) as { code: string }).code}`;

it('Redis killed in an export, an import and an upload: what needs no queue goes on, the import completes later', async () => {
  const row = new Row('Redis killed in an export, an import and an upload, back after 2 s');
  const { id } = JSON.parse((await importAll()).text) as Job;
  const before = await untilJob<Job>(shop, id, ({ progress, isEnded }) => isEnded || (progress?.done ?? 0) > 0);
  expect(before.state).toBe('RUNNING');
  const exporting = begun('GET', '/v1/orders/export', { accept: NDJSON });
  exporting.sent.end();
  const half = await exporting.answer;
  await once(half, 'readable');
  const url = await createUpload();
  const first = appending(url, 0, 1_000_000);
  await new Promise<void>((resolve) => first.sent.write(FILE.subarray(0, 500_000), () => resolve()));
  // The gateway has the lock once it refuses others.
  while ((await sendAll('GET', url.replace('/tus', ''))).status !== 423);
  await killed();
  const killedAt = performance.now();

  row.note('the export that had begun', `${ORDERS} rows`, ...met(rowsOf(await textOf(half)), ORDERS, 'rows'));
  first.sent.end(FILE.subarray(500_000, 1_000_000));
  row.note('the body that was being sent', '204', ...met((await first.answer).statusCode!, 204));
  const rest = appending(url, 1_000_000, FILE.length);
  rest.sent.end(FILE.subarray(1_000_000));
  row.note('the rest of the file', '204', ...met((await rest.answer).statusCode!, 204));
  const another = await sendAll('GET', '/v1/orders/export', { accept: NDJSON });
  row.note('another export', `200, ${ORDERS} rows`, ...met(rowsOf(another.text), ORDERS, 'rows'));
  const refusedAt = performance.now();
  const refused = codeOf(await importAll('?dryRun=true'));
  row.note('another import', '503 OVERLOADED', refused, refused === '503 OVERLOADED');
  row.upTo('refused within', 2_500, performance.now() - refusedAt);
  const state = codeOf(await sendAll('GET', `/v1/jobs/${id}`));
  row.note('the state of the import', '503 OVERLOADED', state, state === '503 OVERLOADED');
  await passed(Math.max(0, AWAY_MS - (performance.now() - killedAt)));
  redis = await startDurableRedis(port, join(dataDir, 'redis'));
  const backAt = performance.now();
  const ended = await untilJob<Job>(shop, id, ({ isEnded }) => isEnded);
  row.note(
    'the import ends',
    'COMPLETED',
    `${ended.state}, attempt ${ended.attempt}`,
    ended.state === 'COMPLETED',
  );
  row.note('products created, none twice', `${PRODUCTS}`, ...met(ended.result?.created, PRODUCTS));
  row.upTo('after Redis is back', 60_000, performance.now() - backAt);
  const { total } = JSON.parse((await sendAll('GET', '/v1/products?category=bulk&pageSize=1')).text) as {
    total: number;
  };
  row.note('products in the catalogue', `${PRODUCTS}`, ...met(total, PRODUCTS));
  const bytes = await receivedIn(files, 'u2', url);
  row.note('the uploaded file', 'the bytes that were sent', `${bytes.length} bytes`, bytes.equals(FILE));
  expect(row.missed).toEqual([]);
});

const met = (measured: number | undefined, goal: number, unit = ''): [string, boolean] => [
  `${measured} ${unit}`.trim(),
  measured === goal,
];
