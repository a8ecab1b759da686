import { changesOf, type JobChanged } from '#gateway/jobs/job-events';
import { JobView } from '#gateway/jobs/job.view';
import { EventLogMemory } from '#libs/events';
import type { JobRecord } from '#libs/jobs';
import { describe, expect, it } from '@jest/globals';
import { JobFollower } from './job-follower.ts';

const aJob = (differing: Partial<JobRecord> = {}): JobRecord => ({
  id: 'j1',
  kind: 'spec.work',
  owner: 'ada',
  state: 'RUNNING',
  priority: 5,
  input: null,
  origin: {},
  attempt: 1,
  maxAttempts: 3,
  isCancelling: false,
  createdAt: 1,
  runAt: 1,
  startedAt: 2,
  ...differing,
});

/** A job that is followed, and read again at once. */
function followed() {
  const eventLog = new EventLogMemory();
  const state = { job: aJob(), reads: 0 };
  const sent: string[] = [];
  let noticed = () => {};
  const subscriber = {
    send: ({ type, data }: JobChanged, id?: string) => {
      sent.push(`${type} ${data.state} ${data.progress?.done ?? '-'}${id ? '' : ' read'}`);
      noticed();
    },
    end: (reason: string) => {
      sent.push(`end ${reason}`);
      noticed();
    },
  };
  const read = async () => {
    state.reads += 1;
    noticed();
    return state.job;
  };
  const stop = new JobFollower(subscriber, read, 5).follow(eventLog, changesOf('j1'), undefined);
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>((resolve) => (noticed = resolve));
  };
  const publish = (job: JobRecord) => {
    state.job = job;
    eventLog.publish(changesOf('j1'), { type: 'progress', data: JobView.of(job) });
  };
  return { state, sent, stop, until, publish };
}

describe('a followed job that is read again', () => {
  it('is not sent again while nothing has changed', async () => {
    const { state, sent, stop, until, publish } = followed();
    await until(() => sent.length === 1);
    publish(aJob({ progress: { done: 1 } }));
    const { reads } = state;
    await until(() => state.reads > reads + 3);
    stop();
    expect(sent).toEqual(['state RUNNING - read', 'progress RUNNING 1']);
  });

  it('is sent where its events were lost, to its end', async () => {
    const { state, sent, until } = followed();
    await until(() => sent.length === 1);
    state.job = aJob({ progress: { done: 7 } });
    await until(() => sent.length === 2);
    state.job = aJob({ state: 'COMPLETED', endedAt: 3 });
    await until(() => sent.at(-1) === 'end complete');
    const { reads } = state;
    // Meanwhile another one, which has not ended, is read again.
    const other = followed();
    await other.until(() => other.state.reads > 3);
    other.stop();
    expect(state.reads).toBe(reads);
    expect(sent).toEqual([
      'state RUNNING - read',
      'progress RUNNING 7 read',
      'state COMPLETED - read',
      'end complete',
    ]);
  });
});
