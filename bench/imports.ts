// npm run bench:bulk -- --imports: how far the memory of the gateway and of the service grows during imports.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as passed } from 'node:timers/promises';
import { freePort } from '#libs/process';
import { type Memory, watchMemory } from './bulk-clients.ts';
import { startChild, stopChild } from './child.ts';
import { table } from './report.ts';
import { type AtriumServer, INTERNAL_TOKEN_KEY, startAtrium } from './servers.ts';

const HEADER = 'id,name,description,category,price.amountMinor,price.currency,available,imageUrl\n';
const DESCRIPTION = '"A lamp for ""reading"", with a switch, a long cable and a warm light"';
const IMAGE = 'https://images.example.com/lamps/1.png';
const ROWS_AT_ONCE = 400;
const POLL_MS = 200;
const REST_MS = 3_000;
const SLOW_BYTES_PER_SECOND = 2_000_000;
const IMPORT_LIMIT_BYTES = '200000000';
const GOAL_MB = 40;

/** A file to import. */
interface ImportFile {
  name: string;
  rows: number;
  bytesPerSecond?: number;
  /** Whether the growth of the gateway has a goal: at first a process takes what it keeps for all later requests. */
  isFirst?: boolean;
}

/** The memory of both sides, from the first byte to the end of the job. */
interface Measured extends ImportFile {
  bytes: number;
  /** Until the answer to the request, and from there to the end of the job. */
  receiveSeconds: number;
  writeSeconds: number;
  gateway: Memory;
  service: Memory;
}

/** Imports one file after the other into a shop of its own. @param rows of most files */
export async function importsReport(
  rows: number,
  log: (what: string) => void,
): Promise<[report: string, isMet: boolean]> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-imports-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const port = `${await freePort()}`;
  const service = await startChild('dist/bundles/products.js', {
    NODE_ENV: 'production',
    PORT: port,
    DATA_DIR: folder,
    LOG_LEVEL: 'warn',
    INTERNAL_TOKEN_KEY,
  });
  const upstreams = await startChild('bench/upstreams.ts');
  const gateway = await startAtrium({
    ...upstreams.report,
    PRODUCTS_URL: `127.0.0.1:${port}`,
    IMPORT_LIMIT_BYTES,
    JOBS_FILE: join(folder, 'jobs.sqlite'),
    STORAGE_URL: `file:${join(folder, 'files')}`,
    RATE_LIMIT: 'off',
    SHEDDING: 'off',
    LOG_LEVEL: 'warn',
  });
  const files: ImportFile[] = [
    { name: 'the first after the start', rows, isFirst: true },
    { name: 'the next one', rows },
    { name: 'twice as large', rows: 2 * rows },
    { name: `from a client of ${SLOW_BYTES_PER_SECOND / 1e6} MB/s`, rows, bytesPerSecond: SLOW_BYTES_PER_SECOND },
  ];
  const measured: Measured[] = [];
  for (const [number, file] of files.entries()) {
    log(`an import: ${file.name}`);
    measured.push(await measuredImport(file, `file${number}`, gateway, service.process.pid!));
    await passed(REST_MS);
  }
  await gateway.stop();
  for (const child of [service, upstreams]) await stopChild(child);
  return reportOf(measured);
}

async function measuredImport(file: ImportFile, prefix: string, gateway: AtriumServer, servicePid: number) {
  const admin = gateway.bearer(2, ['admin']);
  const [ofGateway, ofService] = [watchMemory(gateway.pid), watchMemory(servicePid)];
  const startedAt = performance.now();
  const { id, bytes } = await send(`${gateway.url}/v1/products/import`, admin, linesOf(file, prefix));
  const receivedAt = performance.now();
  const { accepted } = await resultOf(`${gateway.url}/v1/jobs/${id}`, admin);
  const endedAt = performance.now();
  if (accepted !== file.rows) throw new Error(`${accepted} of ${file.rows} rows were imported`);
  const [receiveSeconds, writeSeconds] = [(receivedAt - startedAt) / 1_000, (endedAt - receivedAt) / 1_000];
  return { ...file, bytes, receiveSeconds, writeSeconds, gateway: ofGateway.stop(), service: ofService.stop() };
}

/** A CSV file of products with ids of its own, as its client sends it. */
async function* linesOf({ rows, bytesPerSecond }: ImportFile, prefix: string): AsyncGenerator<string> {
  const startedAt = performance.now();
  let size = HEADER.length;
  yield HEADER;
  for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(ROWS_AT_ONCE, rows - row) }, (_, place) => row + place);
    const lines = numbers
      .map((n) => `${prefix}-${n},Lamp ${n},${DESCRIPTION},lamps,${n},EUR,7,${IMAGE}\n`)
      .join('');
    size += lines.length;
    yield lines;
    if (bytesPerSecond)
      await passed(Math.max(0, (size / bytesPerSecond) * 1_000 - (performance.now() - startedAt)));
  }
}

/** Sends a file. @returns the id of the job, and the size of the file */
async function send(url: string, headers: Record<string, string>, lines: AsyncIterable<string>) {
  const sent = request(url, { method: 'POST', headers: { ...headers, 'content-type': 'text/csv' }, agent: false });
  let bytes = 0;
  async function* counted() {
    for await (const each of lines) {
      bytes += each.length;
      yield each;
    }
  }
  const [[response]] = await Promise.all([
    once(sent, 'response') as Promise<[IncomingMessage]>,
    pipeline(Readable.from(counted()), sent),
  ]);
  const text = (await response.setEncoding('utf8').toArray()).join('');
  if (response.statusCode !== 202) throw new Error(`${url}: ${response.statusCode} ${text}`);
  return { id: (JSON.parse(text) as { id: string }).id, bytes };
}

/** The result of a job, once it has ended. */
async function resultOf(url: string, headers: Record<string, string>): Promise<{ accepted: number }> {
  for (;;) {
    const job = (await (await fetch(url, { headers })).json()) as {
      state: string;
      isEnded: boolean;
      result: { accepted: number };
    };
    if (job.state === 'COMPLETED') return job.result;
    if (job.isEnded) throw new Error(`the job ended with ${JSON.stringify(job)}`);
    await passed(POLL_MS);
  }
}

function reportOf(imports: readonly Measured[]): [report: string, isMet: boolean] {
  const isMet = ({ gateway, isFirst }: Measured) => isFirst === true || gateway.grownMb <= GOAL_MB;
  const rows = imports.map((one) => [
    one.name,
    one.rows.toLocaleString('en'),
    `${(one.bytes / 1e6).toFixed(0)} MB`,
    `${one.receiveSeconds.toFixed(1)} s`,
    `${one.writeSeconds.toFixed(1)} s`,
    `${one.gateway.samples[0]![1].toFixed(0)} + ${one.gateway.grownMb.toFixed(0)} MB`,
    one.isFirst ? '' : `≤ ${GOAL_MB} MB: ${isMet(one) ? 'met' : 'missed'}`,
    `${one.service.samples[0]![1].toFixed(0)} + ${one.service.grownMb.toFixed(0)} MB`,
  ]);
  const head = ['import', 'rows', 'file', 'received', 'written', 'gateway', 'goal', 'products service'];
  return [table(head, rows), imports.every(isMet)];
}
