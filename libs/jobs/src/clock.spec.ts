import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobQueueSqlite } from '#libs/jobs';
import { eventually } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aKind, seen, standStill, working } from './queues.fixture.ts';

const HOUR_MS = 3_600_000;

let folder: string;
let movedByMs = 0;
const opened: JobQueueSqlite[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-jobs-clock-'));
  movedByMs = 0;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close(0)));
  rmSync(folder, { recursive: true });
});

function open(leaseMs = 400): JobQueueSqlite {
  const path = join(folder, 'jobs.sqlite');
  const now = () => Date.now() + movedByMs;
  const queue = new JobQueueSqlite([aKind()], { path, leaseMs, keepMs: HOUR_MS, onError: () => {}, now });
  opened.push(queue);
  return queue;
}

describe('a clock that is set', () => {
  it('an hour back delays no job for longer than it was to be', async () => {
    const queue = open();
    movedByMs = HOUR_MS;
    await queue.add('spec.work', null, { owner: 'ada', id: 'later', delayMs: 50 });
    movedByMs = 0;
    const completed = seen(queue, 'later', 'COMPLETED');
    working(queue, () => 'run');
    expect(await completed).toMatchObject({ result: 'run' });
  });

  it('an hour back keeps no job of a process that stands still', async () => {
    const stuck = open();
    movedByMs = HOUR_MS;
    const running = seen(stuck, 'held', 'RUNNING');
    working(stuck, () => new Promise(() => {}));
    await stuck.add('spec.work', null, { owner: 'ada', id: 'held' });
    await running;
    standStill(stuck);
    movedByMs = 0;
    const other = open();
    const completed = seen(other, 'held', 'COMPLETED');
    working(other, ({ attempt }) => attempt);
    expect(await completed).toMatchObject({ result: expect.any(Number) });
  });

  it('past the time for which jobs are kept deletes those that have ended', async () => {
    const queue = open();
    const completed = seen(queue, 'old', 'COMPLETED');
    working(queue, () => 'run');
    await queue.add('spec.work', null, { owner: 'ada', id: 'old' });
    await completed;
    await queue.add('spec.work', null, { owner: 'ada', id: 'waits', delayMs: 10 * HOUR_MS });
    await queue.close(0);
    movedByMs = 2 * HOUR_MS;
    const next = open();
    working(next, () => 'run');
    await eventually(async () => !(await next.find('old')));
    expect(await next.find('waits')).toMatchObject({ state: 'WAITING' });
  });

  it('an hour on runs what is due early, and takes the one result of a job that runs', async () => {
    const queue = open();
    const effects = new Map<string, number>();
    let runs = 0;
    const completed = [seen(queue, 'runs', 'COMPLETED'), seen(queue, 'due', 'COMPLETED')];
    working(queue, async ({ id, attempt }) => {
      runs += 1;
      effects.set(id, (effects.get(id) ?? 0) || 1);
      if (id === 'runs' && attempt === 1) {
        await queue.add('spec.work', null, { owner: 'ada', id: 'due', delayMs: HOUR_MS / 2 });
        movedByMs = HOUR_MS;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      return attempt;
    });
    await queue.add('spec.work', null, { owner: 'ada', id: 'runs' });
    await Promise.all(completed);
    expect(effects).toEqual(
      new Map([
        ['runs', 1],
        ['due', 1],
      ]),
    );
    expect(runs).toBeGreaterThanOrEqual(2);
    expect(await queue.find('runs')).toMatchObject({ state: 'COMPLETED' });
  });
});
