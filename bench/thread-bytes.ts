// npm run bench:workers -- --bytes: the ways of bytes to a thread, each from a buffer of Node's as a request body has it.
import { randomBytes } from 'node:crypto';
import { WorkerPool, workerTask } from '#libs/workers';
import type { length } from './bytes.worker.ts';
import { median } from './goals.ts';
import { table } from './report.ts';

const MEGABYTES = [0.1, 1, 10];
const ROUNDS = 60;
const LENGTH = workerTask<typeof length>(import.meta.url, './bytes.worker', 'length');

const ways: [name: string, prepare: (given: Buffer) => { input: Uint8Array; transfer?: ArrayBuffer[] }][] = [
  ['copied', (given) => ({ input: given })],
  [
    'transferred',
    (given) => {
      const input = new Uint8Array(given);
      return { input, transfer: [input.buffer] };
    },
  ],
  [
    'shared',
    (given) => {
      const input = new Uint8Array(new SharedArrayBuffer(given.length));
      input.set(given);
      return { input };
    },
  ],
];

/** The median time of a round trip by each way. */
export async function threadBytes(): Promise<string> {
  const pool = new WorkerPool({ threads: 1 });
  const rows: string[][] = [];
  for (const megabytes of MEGABYTES) {
    const given = randomBytes(megabytes * 1_000_000);
    const times = ways.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [place, [, prepare]] of ways.entries()) {
        const startedAt = performance.now();
        await pool.run(LENGTH, () => prepare(given), { timeoutMs: 10_000 });
        times[place]!.push(performance.now() - startedAt);
      }
    }
    rows.push([`${megabytes} MB`, ...times.map((trips) => `${median(trips).toFixed(2)} ms`)]);
  }
  await pool.close();
  return table(['to a thread and back', ...ways.map(([name]) => name)], rows);
}
