import { JobKind } from '#gateway/jobs/job-kind';
import type { JobChanged } from '#gateway/jobs/job-events';
import { type JobsForTests, jobsOf } from '#gateway/jobs/jobs.fixture';
import type { EventSubscription } from '#libs/events';
import type { RunningJob } from '#libs/jobs';
import { aContext } from '#libs/testing';
import type { Context } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { FollowJob } from './follow-job.ts';

let steps: { next(done: number): void; end(): void };

@JobKind({ name: 'spec.steps', input: z.strictObject({}) })
class Steps {
  run(_context: Context, { progress }: RunningJob<object>) {
    return new Promise<object>((resolve) => {
      steps = { next: (done) => progress(done, 4), end: () => resolve({ all: 4 }) };
    });
  }
}

let opened: JobsForTests;
beforeEach(async () => {
  opened = await jobsOf([Steps, FollowJob]);
});
afterEach(() => opened.close());

/** Follows a job, and waits for events. */
async function following(id: string, lastSeen?: string) {
  const subscription = await opened.get(FollowJob).run(aContext(), id, lastSeen);
  return subscription && reading(subscription);
}

function reading(subscription: EventSubscription<JobChanged>) {
  const all: string[] = [];
  const ids: (string | undefined)[] = [];
  let heard = () => {};
  const stop = subscription({
    send: ({ type, data }, id) => {
      all.push(`${type} ${data.state} ${data.progress?.done ?? '-'}`);
      ids.push(id);
      heard();
    },
    end: (reason) => {
      all.push(`end ${reason}`);
      heard();
    },
  });
  const until = async (count: number) => {
    while (all.length < count) await new Promise<void>((resolve) => (heard = resolve));
    return all;
  };
  return { all, ids, until, stop };
}

const aJob = async () => (await opened.jobs.add(aContext(), Steps, {})).id;

describe('a followed job', () => {
  it('is sent as it is, then each change up to its end', async () => {
    const id = await aJob();
    const { all, until } = (await following(id))!;
    await until(1);
    opened.start();
    await until(2);
    steps.next(1);
    await until(3);
    steps.end();
    expect(await until(5)).toEqual([
      'state WAITING -',
      'state RUNNING -',
      'progress RUNNING 1',
      'state COMPLETED 1',
      'end complete',
    ]);
    expect(all).toHaveLength(5);
  });

  it('is resumed after the last event that the client has received', async () => {
    const id = await aJob();
    const first = (await following(id))!;
    opened.start();
    await first.until(2);
    first.stop();
    steps.next(2);
    steps.end();
    await opened.reached(id, 'COMPLETED');
    const again = (await following(id, first.ids.findLast(Boolean)))!;
    expect(await again.until(3)).toEqual(['progress RUNNING 2', 'state COMPLETED 2', 'end complete']);
    expect(await following(id, again.ids.findLast(Boolean))).toBeUndefined();
  });

  it('is sent as it is where the log does not know the last event, or the job has ended', async () => {
    const id = await aJob();
    opened.start();
    await opened.reached(id, 'RUNNING');
    const late = (await following(id, '1-0'))!;
    expect(await late.until(1)).toEqual(['state RUNNING -']);
    late.stop();
    steps.end();
    await opened.reached(id, 'COMPLETED');
    expect(await (await following(id))!.until(2)).toEqual(['state COMPLETED -', 'end complete']);
    expect(await (await following(id, 'unknown'))!.until(2)).toEqual(['state COMPLETED -', 'end complete']);
  });

  it('is not found for another caller', async () => {
    const id = await aJob();
    const other = aContext({ caller: { id: 'u2', scopes: [] } });
    await expect(opened.get(FollowJob).run(other, id, undefined)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
