// npm run bench:workers -- --work: for how long the event loop is busy with large JSON and hashes, here and with a thread.
import { hash, randomBytes } from 'node:crypto';
import { WorkerPool, type WorkerTask, workerTask } from '#libs/workers';
import type { countOf, parsed, sha256 } from './bytes.worker.ts';
import { median } from './goals.ts';
import { table } from './report.ts';

const ROUNDS = 10;
const TASKS = {
  countOf: workerTask<typeof countOf>(import.meta.url, './bytes.worker', 'countOf'),
  parsed: workerTask<typeof parsed>(import.meta.url, './bytes.worker', 'parsed'),
  sha256: workerTask<typeof sha256>(import.meta.url, './bytes.worker', 'sha256'),
};

/** JSON text of so many bytes at least, with the members of an order. */
function jsonOf(bytes: number): Buffer {
  const order = { id: 'order-1', status: 'PAID', total: { amountMinor: 1_999, currency: 'EUR' } };
  const orders = Array.from({ length: Math.ceil(bytes / JSON.stringify(order).length) }, () => order);
  return Buffer.from(JSON.stringify(orders));
}

/** For how long the event loop is busy with some work, in milliseconds. */
async function busyMs(work: () => unknown): Promise<number> {
  const before = performance.eventLoopUtilization();
  // The loop counts what it does after the first turn alone.
  await new Promise(setImmediate);
  await work();
  await new Promise(setImmediate);
  return performance.eventLoopUtilization(before).active;
}

/** The median time that the event loop is busy with each work. */
export async function threadWork(): Promise<string> {
  const pool = new WorkerPool({ threads: 1 });
  const inThread = (task: WorkerTask<Uint8Array, unknown>, given: Buffer) =>
    pool.run(
      task,
      () => {
        const input = new Uint8Array(given);
        return { input, transfer: [input.buffer] };
      },
      { timeoutMs: 30_000 },
    );
  const [small, large] = [jsonOf(64_000), jsonOf(5_000_000)];
  const value = JSON.parse(String(large)) as unknown;
  const [chunk, file] = [randomBytes(65_536), randomBytes(50_000_000)];
  const works: [name: string, here: () => unknown, there?: () => unknown][] = [
    ['parse 64 kB of JSON', () => JSON.parse(String(small)), () => inThread(TASKS.parsed, small)],
    ['parse 5 MB of JSON', () => JSON.parse(String(large)), () => inThread(TASKS.parsed, large)],
    [
      'parse 5 MB, of which a number is used',
      () => JSON.parse(String(large)),
      () => inThread(TASKS.countOf, large),
    ],
    ['write 5 MB of JSON', () => JSON.stringify(value)],
    ['SHA-256 of a piece of 64 kB', () => hash('sha256', chunk), () => inThread(TASKS.sha256, chunk)],
    ['SHA-256 of 50 MB at once', () => hash('sha256', file), () => inThread(TASKS.sha256, file)],
  ];
  const rows: string[][] = [];
  for (const [name, here, there] of works) {
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      times[0].push(await busyMs(here));
      if (there) times[1].push(await busyMs(there));
    }
    rows.push([name, ...times.map((each) => (each.length ? `${median(each).toFixed(2)} ms` : ''))]);
  }
  await pool.close();
  return table(['the event loop is busy', 'here', 'with a thread'], rows);
}
