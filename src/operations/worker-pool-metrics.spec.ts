import { WorkerPool, workerTask } from '#libs/workers';
import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { CollectedMetrics } from '#libs/metrics';
import type { whenOpen } from './worker-pool-metrics.fixture.ts';
import { exposeWorkerPool } from './worker-pool-metrics.ts';

const WHEN_OPEN = workerTask<typeof whenOpen>(import.meta.url, './worker-pool-metrics.fixture', 'whenOpen');

it('the metrics of threads have the tasks that run and wait, and how long each took, waiting included', async () => {
  const pool = new WorkerPool({ threads: 1, maxQueued: 2 });
  const registry = new Registry();
  exposeWorkerPool(pool, new CollectedMetrics(registry), registry);
  const values = async () =>
    Object.fromEntries(
      (await registry.metrics())
        .split('\n')
        .filter((line) => /^worker_tasks?_(running|queued|duration_seconds_(sum|count))/.test(line))
        .map((line) => [line.slice(7, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  expect(await values()).toEqual({ tasks_running: 0, tasks_queued: 0 });
  const gate = new SharedArrayBuffer(8);
  const numbers = new Int32Array(gate);
  const run = () => pool.run(WHEN_OPEN, { input: gate }, { timeoutMs: 30_000 });
  const calledAt = performance.now();
  const tasks = [run(), run(), run()];
  await expect(run()).rejects.toMatchObject({ code: 'OVERLOADED' });
  await Atomics.waitAsync(numbers, 1, 0).value;
  expect(await values()).toMatchObject({ tasks_running: 1, tasks_queued: 2 });
  Atomics.store(numbers, 0, 1);
  Atomics.notify(numbers, 0);
  await Promise.all(tasks);
  const seconds = (performance.now() - calledAt) / 1_000;
  const { [series('sum', 'done')]: sum, ...others } = await values();
  expect(others).toEqual({
    tasks_running: 0,
    tasks_queued: 0,
    [series('count', 'done')]: 3,
    [series('count', 'overloaded')]: 1,
    [series('sum', 'overloaded')]: expect.any(Number),
  });
  // Two have waited for the first one.
  expect(sum).toBeGreaterThan(2 * seconds);
  expect(sum).toBeLessThanOrEqual(3 * seconds);
  await pool.close();
});

const series = (value: string, outcome: string) =>
  `task_duration_seconds_${value}{task="whenOpen",outcome="${outcome}"}`;
