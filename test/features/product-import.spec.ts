import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import type { Running } from '#libs/process';
import { eventually, freePort, LogLines } from '#libs/testing';
import { Access } from '#test/support/access';
import { startService } from '#test/support/services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const HEADER = 'id,name,description,category,price.amountMinor,price.currency,available,imageUrl\n';
const line = (id: string, name = 'Lamp') => `${id},${name},"Two ""fine""\r\nlines",lamps,1999,EUR,5,\n`;
const LIMIT = 3_000_000;

const folder = mkdtempSync(join(tmpdir(), 'atrium-import-'));
const access = new Access();
const log = new LogLines();
let products: Running;
let gateway: RunningGateway;

beforeAll(async () => {
  const port = await freePort();
  products = await startService('products', { PORT: `${port}`, DATA_DIR: folder }, new LogLines());
  const environment = {
    PORT: '0',
    ADMIN_PORT: '0',
    RATE_LIMIT: 'off',
    PRODUCTS_URL: `127.0.0.1:${port}`,
    JWT_PRIVATE_KEY: access.privateKey,
    JOBS_FILE: join(folder, 'jobs.sqlite'),
    STORAGE_URL: `file:${join(folder, 'files')}`,
    IMPORT_LIMIT_BYTES: `${LIMIT}`,
  };
  gateway = await startGateway(loadConfig(environment), createLogger('gateway', 'info', log));
});
afterAll(async () => {
  await gateway?.stop();
  await products?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const isUnfinished = (name: string) => /incoming\/.|unfinished\/./.test(name);

interface Job {
  id: string;
  state: string;
  result: { rejectedRows: object[]; rejectedRowsUrl: string | null } & Record<string, unknown>;
}
interface Problem {
  status: number;
  code: string;
  errors?: { field: string; message: string }[];
}

function send(body: string | Buffer, headers: Record<string, string> = {}, query = ''): Promise<Response> {
  return fetch(`${gateway.url}/v1/products/import${query}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': 'text/csv', ...access.admin, ...headers },
  });
}

/** The job of an accepted import, once it has ended. */
async function jobOf(answer: Response): Promise<Job> {
  const job = (await answer.json()) as Job;
  expect([answer.status, answer.headers.get('location')]).toEqual([202, `/v1/jobs/${job.id}`]);
  const headers = { accept: 'text/event-stream', ...access.admin };
  // The stream ends with the job.
  await (await fetch(`${gateway.url}/v1/jobs/${job.id}/events`, { headers })).text();
  return (await (await fetch(`${gateway.url}/v1/jobs/${job.id}`, { headers: access.admin })).json()) as Job;
}

async function problemOf(answer: Response) {
  const { status, code, errors } = (await answer.json()) as Problem;
  return { status, code, at: errors?.[0]?.field, message: errors?.[0]?.message };
}

async function product(id: string) {
  const answer = await fetch(`${gateway.url}/v1/products/${id}`);
  return answer.status === 404 ? undefined : ((await answer.json()) as { product: object }).product;
}

describe('POST /v1/products/import', () => {
  it('imports a file as a job, which reports accepted and rejected rows with line and column', async () => {
    const file = `${HEADER}${line('n1')}${line('n2', '')}n3,Lamp,,lamps,-1,eur,5,\n${line('p1', 'Replaced')}`;
    const { state, result } = await jobOf(await send(file));
    expect(state).toBe('COMPLETED');
    expect(result).toMatchObject({ isDryRun: false, accepted: 2, created: 1, updated: 1, rejected: 2 });
    const rejected = [
      { line: 4, column: 'name', reason: expect.any(String) },
      { line: 6, column: 'price.amountMinor', reason: expect.any(String) },
      { line: 6, column: 'price.currency', reason: 'Must be three capital letters' },
    ];
    expect(result.rejectedRows).toEqual(rejected);
    const download = await fetch(gateway.url + result.rejectedRowsUrl);
    expect(download.headers.get('content-disposition')).toContain('rejected-rows.ndjson');
    const text = await download.text();
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((one) => JSON.parse(one) as object),
    ).toEqual(rejected);
    expect(await product('n1')).toMatchObject({
      name: 'Lamp',
      description: 'Two "fine"\r\nlines',
      inStock: true,
      price: { amountMinor: 1999, currency: 'EUR' },
    });
    expect(await product('p1')).toMatchObject({ name: 'Replaced' });
    expect(log.with({ audit: 'import.added', userId: 'u2' })).toHaveLength(1);
  });

  it.each([
    ['gzip', 'application/x-ndjson', gzipSync],
    ['zstd', 'application/jsonl', zstdCompressSync],
  ])('takes JSON lines in %s, as %s', async (coding, type, encode) => {
    const price = { amountMinor: 5, currency: 'EUR' };
    const rows = Array.from({ length: 450 }, (_, i) => ({
      id: `${coding}-${i}`,
      name: `Lamp ${i}`,
      category: 'c',
      price,
      available: i,
    }));
    const body = encode(Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')));
    const headers = { 'content-type': `${type}; charset=utf-8`, 'content-encoding': coding };
    const { result } = await jobOf(await send(body, headers));
    expect(result).toMatchObject({
      accepted: 450,
      created: 450,
      rejected: 0,
      rejectedRows: [],
      rejectedRowsUrl: null,
    });
    expect(await product(`${coding}-449`)).toMatchObject({ name: 'Lamp 449', inStock: true });
  });

  it('takes semicolons, as programs of many languages write CSV', async () => {
    const { result } = await jobOf(await send(`${HEADER}${line('semicolons')}`.replaceAll(',', ';')));
    expect(result).toMatchObject({ accepted: 1, rejected: 0 });
  });

  it('writes nothing in a dry run', async () => {
    const { result } = await jobOf(await send(`${HEADER}${line('dry')}${line('!')}`, {}, '?dryRun=true'));
    expect(result).toMatchObject({ isDryRun: true, accepted: 1, created: 0, updated: 0, rejected: 1 });
    expect(await product('dry')).toBeUndefined();
  });

  it('is one job for one key and file, and refuses the key with another file', async () => {
    const headers = { 'idempotency-key': '"one"' };
    const first = await jobOf(await send(`${HEADER}${line('once')}`, headers));
    const again = await jobOf(await send(`${HEADER}${line('once')}`, headers));
    expect([again.id, again.result]).toEqual([first.id, first.result]);
    const refusal = await problemOf(await send(`${HEADER}${line('twice')}`, headers));
    expect(refusal).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' });
    expect(await product('twice')).toBeUndefined();
  });

  it('counts the last of several rows with one id', async () => {
    const { result } = await jobOf(await send(`${HEADER}${line('same', 'First')}${line('same', 'Last')}`));
    expect(result).toMatchObject({ accepted: 2, created: 1, updated: 1 });
    expect(await product('same')).toMatchObject({ name: 'Last' });
  });

  it('has the first thousand rejected rows in the result, and all in the file', async () => {
    const { result } = await jobOf(await send(HEADER + 'x\n'.repeat(1_500)));
    expect([result['rejected'], result.rejectedRows.length]).toEqual([1_500, 1_000]);
    const all = await (await fetch(gateway.url + result.rejectedRowsUrl)).text();
    expect(all.trimEnd().split('\n')).toHaveLength(1_500);
  });

  const bomb = gzipSync(Buffer.concat([Buffer.from(HEADER), Buffer.alloc(LIMIT - 1_000, '\n')]));
  const csv = (text: string, headers: Record<string, string> = {}) => [text, headers] as const;
  it.each([
    [
      'Latin-1',
      [Buffer.concat([Buffer.from(`${HEADER}a,caf`), Buffer.from([0xe9]), Buffer.from(',,\n')]), {}],
      [400, 'line 2, column 6', 'Is not UTF-8'],
    ],
    [
      'UTF-16',
      [Buffer.from(`\uFEFF${HEADER}`, 'utf16le'), {}],
      [400, 'line 1, column 1', 'UTF-16 is not accepted: use UTF-8'],
    ],
    [
      'a quote that never closes',
      csv(`${HEADER}${line('a')}b,"x\ny\n`),
      [400, 'line 4', 'Has a quote that is not closed'],
    ],
    [
      'an unknown column between semicolons',
      csv(`${HEADER.trimEnd().replaceAll(',', ';')};colour\n`),
      [422, 'line 1, column colour', expect.stringMatching(/^There is no such column/)],
    ],
    ['a column twice', csv(`id,id\n`), [422, 'line 1, column id', 'Must be there once']],
    ['nothing', csv(''), [422, 'line 1', 'Must name the columns']],
    [
      'a line of two megabytes',
      csv(`${HEADER}${'x'.repeat(2_000_000)}`),
      [413, 'line 2', 'Has more than 1000000 bytes'],
    ],
    ['more bytes than allowed', csv(HEADER + line('a').repeat(70_000)), [413, undefined, undefined]],
    ['a zip bomb', [bomb, { 'content-encoding': 'gzip' }], [413, undefined, undefined]],
    [
      'half a gzip',
      [gzipSync(HEADER + line('a').repeat(1_000)).subarray(0, 150), { 'content-encoding': 'gzip' }],
      [400, 'body', 'Cannot be decoded as gzip'],
    ],
    [
      'another charset',
      csv(HEADER, { 'content-type': 'text/csv; charset=iso-8859-1' }),
      [415, 'Content-Type', expect.any(String)],
    ],
    ['JSON', csv('[]', { 'content-type': 'application/json' }), [415, 'Content-Type', expect.any(String)]],
  ] as const)('refuses %s, and keeps nothing of it', async (_, [body, headers], [status, at, message]) => {
    expect(await problemOf(await send(body, headers))).toMatchObject({ status, at, message });
    const left = readdirSync(join(folder, 'files'), { recursive: true }) as string[];
    expect(left.filter(isUnfinished)).toEqual([]);
  });

  it('keeps nothing of a file whose client has gone', async () => {
    const { port, hostname } = new URL(gateway.url);
    const socket = connect(Number(port), hostname).on('error', () => {});
    const head = [
      'POST /v1/products/import HTTP/1.1',
      `Host: ${hostname}`,
      `Authorization: ${access.admin.authorization}`,
      'Content-Type: text/csv',
      'Content-Length: 100000',
    ];
    const files = () => (readdirSync(join(folder, 'files'), { recursive: true }) as string[]).filter(isUnfinished);
    socket.write(`${head.join('\r\n')}\r\n\r\n${HEADER}${line('gone')}`);
    await eventually(() => files().length > 0);
    socket.destroy();
    await eventually(() => files().length === 0);
    expect(await product('gone')).toBeUndefined();
  });

  it('is for callers with the scope admin', async () => {
    expect((await send(HEADER, access.of('u1'))).status).toBe(403);
    expect((await send(HEADER, { authorization: '' })).status).toBe(401);
  });
});
