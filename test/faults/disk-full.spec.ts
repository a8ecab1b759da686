import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aWireOrder, ExportShop } from '#test/support/export-shop';
import { LyingShop } from '#test/support/lying-shop';
import { passed } from '#test/support/quiet-machine';
import { Row } from '#test/support/row';
import { UploadGateway } from '#test/support/upload-gateway';
import { afterAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const TUS = { 'tus-resumable': '1.0.0' };
const BYTES = { ...TUS, 'content-type': 'application/offset+octet-stream' };

/** A file system of 3 MB in memory, if this process may mount one. */
const folder = mkdtempSync(join(tmpdir(), 'atrium-full-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});
const onTmpfs = isMounted ? describe : describe.skip;
const MAX_RECOVERY_MS = 10_000;

/** Takes all the room there is, but for some bytes. @returns what gives it back */
function fill(leftBytes = 0): () => void {
  const file = join(folder, 'filling');
  const bytes = Buffer.alloc(4_096);
  try {
    for (;;) appendFileSync(file, bytes);
  } catch {
    truncateSync(file, statSync(file).size - leftBytes);
    return () => rmSync(file);
  }
}

/** The names of the stored files that match. */
const filesOf = (name: RegExp): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => name.test(file));

interface Job {
  state: string;
  attempt: number;
  isEnded: boolean;
  result: { url: string; size: number } | null;
  failure: { code: string } | null;
}

onTmpfs(`a full disk${isMounted ? '' : ' (only root may mount a small one)'}`, () => {
  it('refuses uploads with 507, shows no part of them, and takes them when there is room again', async () => {
    const shop = await UploadGateway.open({ STORAGE_URL: `file:${folder}` });
    const as = 'u1';
    const create = async (length: number) => {
      const headers = { ...TUS, 'upload-length': `${length}` };
      return (await shop.send('POST', '/v1/uploads/tus', { as, headers })).headers.location!;
    };
    const append = (url: string, offset: number, body: Buffer) =>
      shop.send('PATCH', url, { as, body, headers: { ...BYTES, 'upload-offset': `${offset}` } });
    const offsetAt = async (url: string) =>
      Number((await shop.send('HEAD', url, { as, headers: TUS })).headers['upload-offset']);

    const small = await create(1_000_000);
    expect((await append(small, 0, Buffer.alloc(1_000_000))).status).toBe(204);
    const large = await create(2_500_000);
    expect((await append(large, 0, Buffer.alloc(500_000))).status).toBe(204);
    const full = await append(large, 500_000, Buffer.alloc(2_000_000));
    const { code } = JSON.parse(full.body.toString()) as { code: string };
    const offset = await offsetAt(large);
    expect(await offsetAt(small)).toBe(1_000_000);
    // Room again.
    expect((await shop.send('DELETE', small, { as, headers: TUS })).status).toBe(204);
    const rest = await append(large, offset, Buffer.alloc(2_500_000 - offset));
    const row = new Row('disk full');
    row.note(
      'the answer',
      '507 STORAGE_FULL',
      `${full.status} ${code}`,
      full.status === 507 && code === 'STORAGE_FULL',
    );
    row.note('the offset after it', '500,000: what was there before', `${offset}`, offset === 500_000);
    row.note('the rest, with room', '204', `${rest.status}`, rest.status === 204);
    await shop.close();
    expect(row.missed).toEqual([]);
  });

  it('refuses a file of an import with 507, keeps nothing of it, and takes one when there is room again', async () => {
    const shop = await UploadGateway.open({ STORAGE_URL: `file:${folder}` });
    const line = JSON.stringify({
      id: 'lamp',
      name: 'Lamp',
      category: 'lamps',
      available: 7,
      price: { amountMinor: 1, currency: 'EUR' },
    });
    const headers = { ...shop.access.admin, 'content-type': 'application/x-ndjson' };
    const send = (rows: number) =>
      shop.send('POST', '/v1/products/import?dryRun=true', { headers, body: `${line}\n`.repeat(rows) });
    const full = await send(60_000);
    const { code } = JSON.parse(full.body.toString()) as { code: string };
    const kept = filesOf(/imports|unfinished/);
    const later = await send(100);
    const row = new Row('disk full during an import');
    const answer = `${full.status} ${code}`;
    row.note('the answer', '507 STORAGE_FULL', answer, answer === '507 STORAGE_FULL');
    row.note('files that are left of it', '0', `${kept.length}`, kept.length === 0);
    row.note('a small one, with room', '202', `${later.status}`, later.status === 202);
    await shop.close();
    expect(row.missed).toEqual([]);
  });

  it('fails an attempt to write an export or a report, keeps nothing of it, and writes it when there is room again', async () => {
    const shop = await ExportShop.open({ STORAGE_URL: `file:${folder}` });
    shop.answer = (upstream) => {
      for (let batch = 0; batch < 30; batch += 1)
        upstream.send(...Array.from({ length: 100 }, (_, n) => aWireOrder(batch * 100 + n)));
      upstream.end();
    };
    const jobOf = async (path: string) => JSON.parse(String((await shop.get({}, { path })).bytes)) as Job;
    const row = new Row('disk full while a file of a job is written');
    for (const [what, path, body, leftBytes] of [
      ['export', '/v1/orders/exports', { format: 'CSV' }, 100_000],
      ['report', '/v1/orders/reports', { year: 2026 }, 0],
    ] as const) {
      const before = filesOf(/exports|reports|unfinished/).length;
      const free = fill(leftBytes);
      const accepted = await shop.get({}, { path, method: 'POST', body });
      const job = accepted.headers.location!;
      let failed = await jobOf(job);
      while (!failed.failure) failed = await jobOf(job);
      const left = filesOf(/exports|reports|unfinished/).length - before;
      free();
      let ended = await jobOf(job);
      while (!ended.isEnded) ended = await jobOf(job);
      const { status, bytes } = await shop.get({}, { path: ended.result?.url ?? '/' });
      const { code } = failed.failure;
      row.note(`the attempt of the ${what}`, 'STORAGE_FULL', code, code === 'STORAGE_FULL');
      row.note('files that are left of it', '0', `${left}`, left === 0);
      row.note('the job, with room', 'COMPLETED', ended.state, ended.state === 'COMPLETED' && ended.attempt > 1);
      const size = `${status}, ${bytes.length} bytes`;
      row.note('its file', `200, ${ended.result?.size} bytes`, size, size === `200, ${ended.result?.size} bytes`);
    }
    await shop.close();
    expect(row.missed).toEqual([]);
  });

  it('refuses jobs with 503, answers all else, and goes on with jobs and log when there is room again', async () => {
    const log = join(folder, 'gateway.log');
    const upstreams = await LyingShop.open();
    const intoFile = ['sh', '-c', `exec "$@" >> ${log}`, 'sh'];
    const shop = await upstreams.gateway({ JOBS_FILE: join(folder, 'jobs.sqlite'), SHEDDING: 'off' }, intoFile);
    const headers = { ...shop.access.of('u1'), 'content-type': 'application/json' };
    const requestJob = async () => {
      const body = JSON.stringify({ format: 'CSV' });
      const response = await fetch(`${shop.url}/v1/orders/exports`, { method: 'POST', headers, body });
      return `${response.status} ${((await response.json()) as { code?: string }).code ?? ''}`.trim();
    };
    const page = () => ({ path: '/v1/products/p1?fields=product', headers: {} });
    const row = new Row('disk full under jobs and log');
    const before = await requestJob();
    const free = fill();
    const during = await shop.loadFor(3_000, 100, page);
    const refused = await requestJob();
    free();
    const freedAt = performance.now();
    let after = await requestJob();
    while (after !== '202' && performance.now() - freedAt < MAX_RECOVERY_MS) {
      await passed(100);
      after = await requestJob();
    }
    const recoveredMs = performance.now() - freedAt;
    const logged = readFileSync(log).length;
    await shop.loadFor(1_000, 100, page);
    row.note('a job before it', '202', before, before === '202');
    row.all('requests meanwhile are answered 200', during, ({ status }) => status === 200);
    row.note('a job meanwhile', '503 OVERLOADED', refused, refused === '503 OVERLOADED');
    row.upTo('jobs are accepted again after', 2_000, recoveredMs);
    row.note(
      'the log goes on',
      'more bytes',
      `${readFileSync(log).length - logged}`,
      readFileSync(log).length > logged,
    );
    await shop.close();
    await upstreams.close();
    expect(row.missed).toEqual([]);
  });
});
