import assert from 'node:assert/strict';
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { yearReport } from '#gateway/features/orders/reports/year-report.worker';
import { WorkerPool, workerTask } from '#libs/workers';
import { measured, part, show, table } from './support/print.ts';
import { showByRelease } from './support/releases.ts';

part('one thread is enough for waiting: 500 requests of 50 ms each');
const startedAt = performance.now();
await Promise.all(Array.from({ length: 500 }, () => wait(50)));
const tookMs = performance.now() - startedAt;
assert.ok(tookMs < 2_500);
show('done in less than a tenth of the time one after another');
measured(`${Math.round(tookMs)} ms in place of 25,000`);

const run = (mode: string, threads: number) =>
  JSON.parse(
    execFileSync(process.execPath, ['--no-warnings', 'study/concurrency/pool.ts', mode], {
      encoding: 'utf8',
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
    }),
  ) as string[];

part('six pbkdf2 at once: when each has ended, in ms');
for (const threads of [4, 8]) measured(`${threads} threads: ${run('times', threads).join(' ')}`);

part('six pbkdf2 at once, and a small task behind them: how many have ended before it');
const before = (threads: number) => run('waves', threads).indexOf('small');
const [ofFour, ofEight] = [before(4), before(8)];
// Two of the first four threads go on to the fifth and the sixth: a third has to end for the small task.
assert.ok(ofFour >= 3);
assert.equal(ofEight, 0);
show(
  '4 threads: it waits for the first wave, since the second has begun before it; 8 threads: none, it is not behind them',
);

part('what waits for the pool: one thread, busy with pbkdf2');
const order = run('order', 1);
const at = order.indexOf('pbkdf2');
const [sooner, later] = [order.slice(0, at).sort(), order.slice(at + 1).sort()];
assert.deepEqual(
  [sooner, later],
  [
    ['TCP', 'timer'],
    ['dns.lookup', 'fs.readFile', 'zlib.gzip'],
  ],
);
show(`before it: ${sooner.join(', ')}`, `after it: ${later.join(', ')}`);

part('a counter in shared memory: two workers, 1,000,000 each');
const memory = new SharedArrayBuffer(20);
const url = new URL('concurrency/add.worker.ts', import.meta.url);
const workers = [0, 1].map(() => new Worker(url, { workerData: { memory, times: 1_000_000 } }));
await Promise.all(workers.map((worker) => once(worker, 'exit')));
const [plain, atomic, unlucky] = new Int32Array(memory);
assert.equal(atomic, 2_000_000);
assert.equal(unlucky, 1);
show(`Atomics.add: ${atomic}`, `both read, then both write: 1 + 1 is ${unlucky}`);
measured(`counter += 1: ${plain}, so ${2_000_000 - plain!} were lost`);

part('what another thread or process costs');
const started = async (start: () => { once: any }) => {
  const before = performance.now();
  const one = start();
  await once(one as never, 'message');
  const ms = Math.round(performance.now() - before);
  return { one, ms };
};
const worker = await started(
  () => new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true, execArgv: [] }),
);
const child = await started(() => fork('study/concurrency/hello.cjs', { execArgv: [] }));
(child.one as ReturnType<typeof fork>).kill();
table(
  [
    ['worker thread', `${worker.ms} ms to its first message`],
    ['child process', `${child.ms} ms`],
  ],
  measured,
);

part('the pool of the gateway: a report of 30,000 orders, written in a thread');
const REPORT = '../src/features/orders/reports/year-report.worker';
const pool = new WorkerPool({ threads: 1 });
const orders = Array.from({ length: 30_000 }, (_, n) => ({
  id: `o${n}`,
  status: 'DELIVERED',
  placedAt: '2026-11-29T12:00:00.000Z',
  total: { amountMinor: n, currency: 'USD' },
  lines: [],
}));
const page = new TextEncoder().encode(JSON.stringify(orders));
let ticks = 0;
const timer = setInterval(() => (ticks += 1), 5);
const task = { input: { year: 2026, pages: [page] }, transfer: [page.buffer] };
const report = workerTask<typeof yearReport>(import.meta.url, REPORT, 'yearReport');
const file = await pool.run(report, task, { timeoutMs: 60_000 });
clearInterval(timer);
await pool.close();
assert.equal(Buffer.from(file.subarray(0, 2)).toString(), 'PK');
assert.ok(ticks > 3);
show('a file came, and timers of this thread went on meanwhile');
measured(`${ticks} ticks of 5 ms`);

part('locks by name between threads (Web Locks), by release of Node');
showByRelease('typeof navigator.locks');
