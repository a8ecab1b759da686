import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { JobKind } from './job-kind.ts';
import { type JobsForTests, jobsOf } from './jobs.fixture.ts';
import { Schedules } from './schedules.ts';

const KIND = 'spec.hourly';
const HOUR_MS = 3_600_000;

@JobKind({ name: KIND, input: z.strictObject({}), schedule: { everyMs: HOUR_MS } })
class Hourly {
  async run() {}
}

let folder: string;
const opened: JobsForTests[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-schedules-'));
});
afterEach(async () => {
  for (const one of opened.splice(0)) {
    one.get(Schedules).stop();
    await one.close();
  }
  rmSync(folder, { recursive: true });
});

async function aProcess(environment: NodeJS.ProcessEnv = {}): Promise<JobsForTests> {
  const one = await jobsOf([Hourly], {
    JOBS_FILE: join(folder, 'jobs.sqlite'),
    JOBS_LEASE_MS: '1000',
    ...environment,
  });
  opened.push(one);
  return one;
}

const idsIn = async ({ queue }: JobsForTests) => (await queue.list({ limit: 10 })).map(({ id }) => id);

/** A clock that is so many milliseconds before the full hour of 12:00. */
function clock(beforeMs: number, hour = '12:00') {
  const movedMs = Date.parse(`2026-11-28T${hour}:00Z`) - beforeMs - Date.now();
  return () => Date.now() + movedMs;
}

/** Resolves with the next job that a process adds. */
const added = ({ queue }: JobsForTests) =>
  new Promise<string>((resolve) => {
    const stop = queue.onChange(({ id }) => {
      stop();
      resolve(id);
    });
  });

describe('a schedule', () => {
  it('adds one job at each time, whichever process is first', async () => {
    const both = [await aProcess(), await aProcess()];
    const first = Promise.race(both.map(added));
    for (const one of both) one.get(Schedules).start(clock(60));
    expect(await first).toBe('spec_hourly-20261128T120000');
    for (const one of both) {
      await one.get(Schedules).addLatest(KIND, clock(0)());
      expect(await idsIn(one)).toEqual(['spec_hourly-20261128T120000']);
    }
  });

  it('adds nothing again while a clock is set back', async () => {
    const one = await aProcess();
    const now = clock(0)();
    await one.get(Schedules).addLatest(KIND, now);
    await one.get(Schedules).addLatest(KIND, now - HOUR_MS / 2);
    await one.get(Schedules).addLatest(KIND, now);
    expect((await idsIn(one)).sort()).toEqual(['spec_hourly-20261128T110000', 'spec_hourly-20261128T120000']);
  });

  it('makes up once at the start for a time at which nothing ran, if it has been run before', async () => {
    const one = await aProcess();
    const future = () => Date.now() + 5 * HOUR_MS;
    one.get(Schedules).start(future);
    await one.get(Schedules).addLatest(KIND);
    expect(await idsIn(one)).toHaveLength(1);
    const next = await aProcess();
    const madeUp = added(next);
    next.get(Schedules).start(future);
    expect(await madeUp).toMatch(/^spec_hourly-/);
    expect(await idsIn(next)).toHaveLength(2);
  });

  it('is late once a job of it has not completed', async () => {
    const one = await aProcess();
    const schedules = one.get(Schedules);
    const noon = clock(0)();
    expect(schedules.lateBy(KIND, undefined, noon)).toBeUndefined();
    schedules.start(() => noon - 1_000);
    expect(schedules.lateBy(KIND, undefined, noon - 500)).toBe(0);
    expect(schedules.lateBy(KIND, undefined, noon + 500)).toBe(500);
    expect(schedules.lateBy(KIND, noon - 2_000, noon + 500)).toBe(500);
    expect(schedules.lateBy(KIND, noon + 100, noon + 500)).toBe(0);
    expect(schedules.lateBy('other', undefined)).toBeUndefined();
  });
});

it('with JOBS=off a process adds jobs, and another one runs them', async () => {
  const off = await aProcess({ JOBS: 'off' });
  off.start();
  await off.get(Schedules).addLatest(KIND);
  const [id] = await idsIn(off);
  const on = await aProcess();
  on.start();
  await on.reached(id!, 'COMPLETED');
  expect(await off.queue.find(id!)).toMatchObject({ state: 'COMPLETED', attempt: 1 });
});
