// npm run bench:bulk: what an export of a million orders costs: memory, time to the first row, rows a second. -- --imports: imports.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { freePort } from '#libs/process';
import { build } from '#tools/launcher/build';
import { type Export, readExport, readPages, timeOfPage, timeToRow } from './bulk-clients.ts';
import { seedManyOrders } from '#test/support/many-orders';
import { readOptions } from '#tools/launcher/read-options';
import { startChild, stopChild } from './child.ts';
import { median } from './goals.ts';
import { importsReport } from './imports.ts';
import { memoryPlot } from './memory-plot.ts';
import { machine, table } from './report.ts';
import { buildContenders, INTERNAL_TOKEN_KEY, peakOf, startAtrium, startProgram } from './servers.ts';

const HELP = `npm run bench:bulk [-- --quick] [--imports] [--write]

Measures what exports and imports cost the services and the gateway. Exits with 1 when a goal is missed.

  --quick    100,000 rows and three turns instead of a million and nine
  --imports  imports instead of exports
  --write    writes bench/results/<date>-bulk.md
`;
const { values } = readOptions(HELP, {
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, imports: { type: 'boolean' } },
});
const log = (what: string) => process.stderr.write(`${what} …\n`);
if (values.imports) {
  await build();
  const [report, isMet] = await importsReport(values.quick ? 60_000 : 300_000, log);
  console.log(report);
  process.exit(isMet ? 0 : 1);
}

const ROWS = values.quick ? 100_000 : 1_000_000;
const TURNS = values.quick ? 3 : 9;
const TURN_MS = 1_500;
const FIRST_ROWS = values.quick ? 15 : 40;
/** What a slow client reads, in bytes a second, and for how long. */
const SLOW = { bytesPerSecond: 1_000_000, leaveAfterSeconds: values.quick ? 5 : 20 };
const STALLED = { pauseMs: values.quick ? 3_000 : 10_000 };
const GOALS = { grownMb: 40, firstRow: 1.5, pagesOf20: 5, pagesOf100: 2, seedSeconds: 60 };

const [load = 0] = loadavg();
await build();
buildContenders();
const dataDir = mkdtempSync(join(tmpdir(), 'atrium-bulk-'));
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
log(`seeding ${ROWS} orders`);
const seedSeconds = await seedManyOrders(dataDir, ROWS);

const upstreams = await startChild('bench/upstreams.ts');
const ordersPort = `${await freePort()}`;
const service = await startChild('dist/bundles/orders.js', {
  NODE_ENV: 'production',
  PORT: ordersPort,
  DATA_DIR: dataDir,
  LOG_LEVEL: 'warn',
  INTERNAL_TOKEN_KEY,
});
const ORDERS_URL = `127.0.0.1:${ordersPort}`;
const gateway = await startAtrium({
  ...upstreams.report,
  ORDERS_URL,
  RATE_LIMIT: 'off',
  SHEDDING: 'off',
  LOG_LEVEL: 'warn',
});
const naive = await startProgram('naive-export.ts', { ORDERS_URL, INTERNAL_TOKEN_KEY });

const ada = gateway.bearer(1);
const bob = gateway.bearer(3);
const admin = gateway.bearer(2, ['orders:read', 'admin']);
const target = { pid: gateway.pid, url: `${gateway.url}/v1/orders/export` };

log('the first export after the start');
const cold = await readExport(target, bob);
await rest();

log('memory');
const fast = await readExport(target, admin);
await rest();
const coded = await readExport(target, { ...bob, 'accept-encoding': 'identity' });
await rest();
const slow = await readExport(target, admin, SLOW);
await rest();
const stalled = await readExport(target, bob, STALLED);
await rest();
const exportPeakMb = peakOf(gateway);
log('warming up');
await readPages(gateway.url, ada, 100, 1_000);
await rest();

log('time to the first row');
const { page, firstRow } = await firstRows();
log('rows a second, in turns');
const { exported: rowsPerSecond, pagesOf20, pagesOf100 } = await rates();
await rest();

log('the naive one');
const whole = await readExport({ pid: naive.pid, url: naive.url }, { 'x-user': 'u3' });

const peakMb = peakOf(gateway);
for (const one of [gateway, naive]) await one.stop();
for (const child of [service, upstreams]) await stopChild(child);

const rows = [
  goal(
    'seeding',
    `${seedSeconds.toFixed(1)} s`,
    `≤ ${GOALS.seedSeconds} s`,
    seedSeconds <= GOALS.seedSeconds || !!values.quick,
  ),
  grown(`memory, first export after the start, ${thousands(cold.rows)} rows`, cold),
  grown(`memory, fast client, ${thousands(fast.rows)} rows`, fast),
  grown(`memory, client of 1 MB/s, ${SLOW.leaveAfterSeconds} s`, slow),
  grown(`memory, client that stops for ${STALLED.pauseMs / 1_000} s, ${thousands(stalled.rows)} rows`, stalled),
  goal(
    `first row (page of 20: ${page.toFixed(2)} ms)`,
    `${firstRow.toFixed(2)} ms, ${(firstRow / page).toFixed(2)} ×`,
    `≤ ${GOALS.firstRow} ×`,
    firstRow / page <= GOALS.firstRow,
  ),
  faster(`a loop of first=20 (${thousands(pagesOf20)} rows/s)`, pagesOf20, GOALS.pagesOf20),
  faster(`a loop of first=100 (${thousands(pagesOf100)} rows/s)`, pagesOf100, GOALS.pagesOf100),
];
const { cpu, cores, node, kernel } = machine();
const today = new Date().toISOString().slice(0, 10);
const report = `# ${today}, exports

\`npm run bench:bulk${values.quick ? ' -- --quick' : ''}\` on ${cores} × ${cpu}, Linux ${kernel}, Node ${node}: gateway, orders service on SQLite
and clients share them, with other work (load average ${load.toFixed(1)} before the run). ${thousands(ROWS)} orders; limits and shedding off in all.

${table(['', 'measured', 'goal', ''], rows)}

An admin's export: ${thousands(fast.rows)} rows, ${(fast.bytes / 1e6).toFixed(0)} MB as NDJSON in ${fast.seconds.toFixed(1)} s, ${thousands(fast.rows / fast.seconds)} rows/s. The naive export
of ${thousands(whole.rows)} rows, which collects all before it sends any, grew by ${whole.memory.grownMb.toFixed(0)} MB; the gateway's by ${coded.memory.grownMb.toFixed(0)} MB.
The memory of each row is counted from the state before it, in this order; the gateway had ${gateway.idleMb.toFixed(0)} MB before its first
request, ${exportPeakMb.toFixed(0)} MB at most in all exports, and ${peakMb.toFixed(0)} MB with the loops over pages, which are cached.
`;
console.log(report);
if (values.write) {
  writeFileSync(`bench/results/${today}-bulk.md`, report);
  const title = `Memory during an export of ${thousands(whole.rows)} orders`;
  const lines = [
    { name: 'everything read, then sent', color: '#c2410c', samples: whole.memory.samples },
    { name: 'row by row, fast client', color: '#1d4ed8', samples: coded.memory.samples },
    { name: 'row by row, client that stops for a while', color: '#15803d', samples: stalled.memory.samples },
  ];
  writeFileSync('docs/streams-memory.svg', memoryPlot(title, lines));
}
process.exitCode = rows.some(([, , , isMet]) => isMet === 'missed') ? 1 : 0;

/** Lets the gateway return what it no longer needs. */
async function rest(): Promise<void> {
  await passed(values.quick ? 1_000 : 3_000);
}

/** In turns. Each page is another one: the gateway caches pages for two seconds. */
async function firstRows(): Promise<{ page: number; firstRow: number }> {
  const pages: number[] = [];
  const exports: number[] = [];
  let after = '';
  for (let n = 0; n < FIRST_ROWS; n += 1) {
    const page = await timeOfPage(gateway.url, ada, after);
    pages.push(page.ms);
    after = page.next;
    await passed(50);
    exports.push(await timeToRow(target.url, ada));
    await passed(50);
  }
  return { page: median(pages), firstRow: median(exports) };
}

/** Rows a second of each, by short turns: others on the machine slow down all of them alike. */
async function rates(): Promise<Record<'exported' | 'pagesOf20' | 'pagesOf100', number>> {
  const all = { exported: [] as number[], pagesOf20: [] as number[], pagesOf100: [] as number[] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    all.pagesOf20.push(await readPages(gateway.url, ada, 20, TURN_MS));
    const { rows, seconds } = await readExport(target, ada, { leaveAfterSeconds: TURN_MS / 1_000 });
    all.exported.push(rows / seconds);
    all.pagesOf100.push(await readPages(gateway.url, ada, 100, TURN_MS));
  }
  return {
    exported: median(all.exported),
    pagesOf20: median(all.pagesOf20),
    pagesOf100: median(all.pagesOf100),
  };
}

function goal(what: string, measured: string, max: string, isMet: boolean): string[] {
  return [what, measured, max, isMet ? 'met' : 'missed'];
}

function grown(what: string, { memory: { grownMb } }: Export): string[] {
  return goal(what, `${grownMb.toFixed(0)} MB`, `≤ ${GOALS.grownMb} MB`, grownMb <= GOALS.grownMb);
}

function faster(than: string, pages: number, times: number): string[] {
  const ratio = rowsPerSecond / pages;
  return goal(
    `rows/s (${thousands(rowsPerSecond)}) : ${than}`,
    `${ratio.toFixed(1)} ×`,
    `≥ ${times} ×`,
    ratio >= times,
  );
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
