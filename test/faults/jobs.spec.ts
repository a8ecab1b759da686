import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as passed } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JobQueue } from '#libs/jobs';
import { eventually, freePort } from '#libs/testing';
import { startDurableRedis } from '#test/support/durable-redis';
import { openQueue, type WorkerPlace } from '#test/support/jobs/fault-queue';
import { Row } from '#test/support/row';

jest.setTimeout(120_000);

const JOBS = 80;
const KILLS = 4;
const HOUR_MS = 3_600_000;

let folder: string;
let effects: DatabaseSync;
let workers: ChildProcess[];
let redis: ChildProcess | undefined;
let queue: JobQueue;
let close: (() => Promise<void>) | undefined;
let place: WorkerPlace;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-faults-jobs-'));
  effects = new DatabaseSync(join(folder, 'effects.sqlite'), { timeout: 5_000 });
  effects.exec(`pragma journal_mode = wal; create table runs (id text, attempt integer);
    create table effects (id text primary key)`);
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map(killed));
  await close?.();
  if (redis) await killed(redis);
  redis = undefined;
  effects.close();
  rmSync(folder, { recursive: true, force: true });
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function aWorker(): Promise<ChildProcess> {
  const options = [
    '-C',
    'atrium',
    '--import',
    './tools/swc-register.mjs',
    '--import',
    './test/support/wall-clock.ts',
  ];
  const worker = fork('./test/support/jobs/worker.ts', [JSON.stringify(place)], {
    execArgv: options,
    stdio: 'inherit',
  });
  workers.push(worker);
  await once(worker, 'message');
  return worker;
}

async function openPlace(kind: 'SQLite' | 'Redis'): Promise<void> {
  const file = join(folder, 'effects.sqlite');
  if (kind === 'SQLite') place = { path: join(folder, 'jobs.sqlite'), effects: file };
  else {
    const port = await freePort();
    redis = await startDurableRedis(port, folder);
    place = { url: `redis://127.0.0.1:${port}`, effects: file };
  }
  ({ queue, close } = await openQueue(place));
}

const ids = Array.from({ length: JOBS }, (_, index) => `job-${index}`);
const addAll = async () => {
  for (const id of ids) await queue.add('faults.work', { id }, { owner: 'ada', id });
};
const countOf = (sql: string) => (effects.prepare(sql).get() as { n: number }).n;
const done = () => countOf('select count(*) as n from effects');

const until = (isSo: () => boolean | Promise<boolean>) => eventually(isSo, { withinMs: 120_000, everyMs: 50 });

/** Waits for the end of all jobs, and records what became of them. */
async function judge(row: Row): Promise<void> {
  await until(async () => {
    // A Redis that has just come back is not connected yet.
    const counts = await queue.counts().catch(() => []);
    return counts.some(({ kind, waiting, running }) => kind === 'faults.work' && waiting + running === 0);
  });
  const records = await Promise.all(ids.map((id) => queue.find(id)));
  row.all('completed', records, (job) => job?.state === 'COMPLETED');
  const runs = new Map(
    (effects.prepare('select id, count(*) as n from runs group by id').all() as { id: string; n: number }[]).map(
      ({ id, n }) => [id, n],
    ),
  );
  row.all('run at least once', ids, (id) => (runs.get(id) ?? 0) >= 1);
  row.note('effects', `${JOBS}, each once`, `${done()}`, done() === JOBS);
  const again = [...runs.values()].reduce((sum, n) => sum + n - 1, 0);
  row.note('runs beyond the first', 'any number', `${again}`, true);
  expect(row.missed).toEqual([]);
}

describe.each(['SQLite', 'Redis'] as const)('jobs in %s', (kind) => {
  beforeEach(() => openPlace(kind));

  it('whose processes are killed', async () => {
    const row = new Row(`jobs in ${kind}: ${KILLS} processes killed with -9`);
    await Promise.all([aWorker(), aWorker()]);
    await addAll();
    for (let kills = 0; kills < KILLS; kills += 1) {
      const before = done();
      await until(() => done() >= Math.min(JOBS, before + 5));
      await killed(workers.shift()!);
      await aWorker();
    }
    await judge(row);
  });

  it('of which one kills each process that runs it', async () => {
    const row = new Row(`jobs in ${kind}: a poison job`);
    await aWorker();
    await queue.add('faults.poison', null, { owner: 'ada', id: 'poison' });
    await addAll();
    await until(async () => {
      const last = workers.at(-1)!;
      if (last.exitCode !== null || last.signalCode !== null) await aWorker();
      return (await queue.find('poison'))!.state === 'FAILED';
    });
    const poison = (await queue.find('poison'))!;
    row.note(
      'poison job',
      'in the dead letter',
      `${poison.state} ${poison.failure?.code}`,
      poison.state === 'FAILED',
    );
    row.upTo('its runs', 3, countOf(`select count(*) as n from runs where id = 'poison'`), 'runs');
    await judge(row);
  });

  it('while a wall clock is moved', async () => {
    const row = new Row(`jobs in ${kind}: the clock of one of two processes an hour on, then an hour back`);
    const [first] = await Promise.all([aWorker(), aWorker()]);
    await addAll();
    for (const moveWallClockToMs of [HOUR_MS, -HOUR_MS, 0]) {
      const before = done();
      await until(() => done() >= Math.min(JOBS, before + 10));
      first.send({ moveWallClockToMs });
    }
    await judge(row);
  });
});

it('jobs whose Redis is killed, and comes back with its file', async () => {
  const row = new Row('jobs: Redis killed with -9 in mid-job, back after 2 s');
  await openPlace('Redis');
  await aWorker();
  await addAll();
  await until(() => done() >= 15);
  await killed(redis!);
  const addedAt = performance.now();
  const { code } = (await queue.add('faults.work', null, { owner: 'ada' }).catch((error: unknown) => error)) as {
    code: string;
  };
  row.note('a job added meanwhile', 'OVERLOADED', code, code === 'OVERLOADED');
  row.upTo('refused within', 2_500, performance.now() - addedAt);
  await passed(2_000);
  redis = await startDurableRedis(Number(new URL(place.url!).port), folder);
  await judge(row);
});
