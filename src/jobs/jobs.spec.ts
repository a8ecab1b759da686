import { GatewayError } from '#libs/errors';
import type { RunningJob } from '#libs/jobs';
import { readTraceContext } from '#libs/observe';
import { aContext } from '#libs/testing';
import { type Context, Context as RequestContext } from '#libs/upstream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { changesOf, type JobChanged } from './job-events.ts';
import { JobKind } from './job-kind.ts';
import { type JobsForTests, jobsOf } from './jobs.fixture.ts';
import { notificationsOf } from '#gateway/declare/notifications';

const seen: { context: Context; input: { n: number } }[] = [];

@JobKind({ name: 'spec.double', input: z.strictObject({ n: z.number() }), backoffMs: 1, attempts: 2 })
class Double {
  async run(context: Context, { input, progress }: RunningJob<{ n: number }>) {
    seen.push({ context, input });
    if (input.n < 0) throw new GatewayError('UPSTREAM_UNAVAILABLE', { detail: 'Not now.' });
    progress(1, 2);
    return { doubled: input.n * 2, ...(input.n === 0 && { text: 'x'.repeat(9_000) }) };
  }
}

let opened: JobsForTests | undefined;
const open = async (): Promise<JobsForTests> => (opened = await jobsOf([Double]));
afterEach(async () => {
  seen.length = 0;
  await opened?.close();
});

const ada = () => aContext({ caller: { id: 'ada', scopes: ['orders:read'] } });

describe('the jobs of the gateway', () => {
  it('run a class that declares their kind, for the caller who added them', async () => {
    const { jobs, start, reached } = await open();
    start();
    const { id, state } = await jobs.add(ada(), Double, { n: 21 });
    expect(state).toBe('WAITING');
    expect(await reached(id, 'COMPLETED')).toMatchObject({ result: { doubled: 42 }, owner: 'ada' });
    expect(seen[0]!.context.caller).toEqual({ id: 'ada', scopes: ['orders:read'] });
    expect(await jobs.byId(ada(), id)).toMatchObject({ id });
  });

  it('are found by their owner alone', async () => {
    const { jobs } = await open();
    const { id } = await jobs.add(ada(), Double, { n: 1 });
    const grace = aContext({ caller: { id: 'grace', scopes: ['admin'] } });
    await expect(jobs.byId(grace, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(jobs.cancel(grace, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(jobs.byId(ada(), 'unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const anonymous = aContext({ caller: { scopes: [] } });
    await expect(jobs.add(anonymous, Double, { n: 1 })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are one job for one key of a caller, which no other input may use', async () => {
    const { jobs } = await open();
    const key = { idempotencyKey: 'once' };
    const first = await jobs.add(ada(), Double, { n: 1 }, key);
    expect((await jobs.add(ada(), Double, { n: 1 }, key)).id).toBe(first.id);
    await expect(jobs.add(ada(), Double, { n: 2 }, key)).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    const grace = aContext({ caller: { id: 'grace', scopes: [] } });
    expect((await jobs.add(grace, Double, { n: 2 }, key)).id).not.toBe(first.id);
    await expect(jobs.add(ada(), Double, { n: 'x' } as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('publish their changes, and their ends to the stream of the owner', async () => {
    const { jobs, start, reached, eventLog } = await open();
    const { id } = await jobs.add(ada(), Double, { n: 3 });
    const changes: JobChanged[] = [];
    const notifications: object[] = [];
    eventLog.follow(changesOf(id), undefined, ({ event }) => void changes.push(event));
    eventLog.follow(notificationsOf('ada'), undefined, ({ event }) => void notifications.push(event));
    start();
    await reached(id, 'COMPLETED');
    expect(changes.map(({ type, data }) => `${type} ${data.state} ${data.progress?.percent ?? '-'}`)).toEqual([
      'state RUNNING -',
      'progress RUNNING 50',
      'state COMPLETED 50',
    ]);
    expect(JSON.stringify(changes)).not.toContain('orders:read');
    expect(notifications).toEqual([
      { type: 'job.ended', data: { jobId: id, kind: 'spec.double', state: 'COMPLETED' } },
    ]);
  });

  it('leave a great result out of events', async () => {
    const { jobs, start, reached, eventLog } = await open();
    const { id } = await jobs.add(ada(), Double, { n: 0 });
    const results: unknown[] = [];
    eventLog.follow(changesOf(id), undefined, ({ event }) => void results.push(event.data.result));
    start();
    expect((await reached(id, 'COMPLETED')).result).toMatchObject({ doubled: 0 });
    expect(results).toEqual([null, null, null]);
  });

  it('are recorded in the trace of the request that added them, each attempt by itself', async () => {
    const { jobs, start, reached, recordings, log } = await open();
    const trace = readTraceContext('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')!;
    const context = new RequestContext({
      log: { requestId: 'r1' },
      trace,
      timeoutMs: 1_000,
      caller: { id: 'ada', scopes: [] },
    });
    start();
    const { id } = await jobs.add(context, Double, { n: -1 });
    expect(await reached(id, 'FAILED')).toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE' }, attempt: 2 });
    expect(recordings).toHaveLength(2);
    expect(recordings[1]).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentId: 'b7ad6b7169203331',
      requestId: 'r1',
      root: { name: 'job spec.double', error: 'UPSTREAM_UNAVAILABLE', attributes: { 'atrium.job.attempt': 2 } },
    });
    const line = await log.first({ msg: 'job attempt failed' });
    expect(line).toMatchObject({ requestId: 'r1', jobId: id, kind: 'spec.double', attempt: 1, callerId: 'ada' });
  });

  it('are not taken twice by two classes', async () => {
    @JobKind({ name: 'spec.double', input: z.strictObject({}) })
    class Another {
      async run() {}
    }
    await expect(jobsOf([Double, Another])).rejects.toThrow('Two classes run the jobs spec.double.');
  });
});
