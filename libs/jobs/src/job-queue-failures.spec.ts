import { GatewayError } from '#libs/errors';
import { type JobQueue, type JobRecord } from '#libs/jobs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aKind, countsOf, type QueuePlace, queuePlaces, seen, standStill, working } from './queues.fixture.ts';

const { places, stop } = await queuePlaces();
afterAll(stop);

describe.each(places)('failing jobs of a queue %s', (_, placeOf) => {
  let place: QueuePlace;
  beforeEach(() => {
    place = placeOf();
  });
  afterEach(() => place.end());

  const add = async (queue: JobQueue, input: unknown, options = {}): Promise<JobRecord> =>
    (await queue.add('spec.work', input, { owner: 'ada', ...options })).job;

  it('tries a failed job again, with a longer delay each time', async () => {
    const queue = await place.open([aKind({ attempts: 4, backoffMs: 20, maxBackoffMs: 60 })]);
    const times: number[] = [];
    const completed = seen(queue, 'flaky', 'COMPLETED');
    working(queue, ({ attempt }) => {
      times.push(performance.now());
      if (attempt < 4) throw new Error('not yet');
      return attempt;
    });
    await add(queue, null, { id: 'flaky' });
    expect(await completed).toMatchObject({ attempt: 4, result: 4 });
    const waits = times.slice(1).map((at, index) => at - times[index]!);
    // 20, 40 and 60 ms, less a quarter.
    [14, 29, 44].forEach((least, index) => expect(waits[index]).toBeGreaterThanOrEqual(least));
  });

  it('keeps a job in the dead letter after its last attempt, and replays it', async () => {
    const queue = await place.open([aKind({ attempts: 2 })]);
    let isMended = false;
    const failed = seen(queue, 'poison', 'FAILED');
    working(queue, ({ attempt }) => {
      if (!isMended) throw new GatewayError('UPSTREAM_UNAVAILABLE', { detail: 'Not there.' });
      return attempt;
    });
    await add(queue, null, { id: 'poison' });
    await failed;
    expect(await queue.find('poison')).toMatchObject({
      state: 'FAILED',
      attempt: 2,
      failure: { code: 'UPSTREAM_UNAVAILABLE', detail: 'Not there.' },
    });
    expect(await countsOf(queue)).toEqual({ waiting: 0, running: 0, failed: 1 });
    isMended = true;
    const completed = seen(queue, 'poison', 'COMPLETED');
    expect((await queue.replay('poison'))!.state).not.toBe('FAILED');
    expect(await completed).toMatchObject({ attempt: 1, result: 1 });
    expect((await queue.replay('poison'))!.state).toBe('COMPLETED');
    expect(await queue.replay('unknown')).toBeUndefined();
  });

  it('does not try again what the input is to blame for, and tells nobody of faults of its own', async () => {
    const queue = await place.open([aKind({ attempts: 5 })]);
    const failed = Promise.all(['refused', 'broken'].map((id) => seen(queue, id, 'FAILED')));
    working(queue, ({ id }) => {
      if (id === 'refused') throw new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
      throw new Error('secret of the inside');
    });
    await add(queue, null, { id: 'refused' });
    await add(queue, null, { id: 'broken' });
    await failed;
    expect(await queue.find('refused')).toMatchObject({
      attempt: 1,
      failure: { code: 'NOT_FOUND', detail: 'There is no such order.' },
    });
    expect(await queue.find('broken')).toMatchObject({ attempt: 5, failure: { code: 'INTERNAL' } });
    expect(JSON.stringify(await queue.find('broken'))).not.toContain('secret');
  });

  it('fails an attempt that takes too long, even if it does not stop', async () => {
    const queue = await place.open([aKind({ timeoutMs: 30, attempts: 1 })]);
    const failed = seen(queue, 'slow', 'FAILED');
    working(queue, () => new Promise(() => {}));
    await add(queue, null, { id: 'slow' });
    expect(await failed).toMatchObject({ failure: { code: 'JOB_TIMEOUT' } });
  });

  it('refuses what is too large or too much', async () => {
    const queue = await place.open([aKind({ maxWaiting: 1 })]);
    await expect(add(queue, 'x'.repeat(70_000))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await add(queue, null, { id: 'fits' });
    await expect(add(queue, null)).rejects.toMatchObject({ code: 'OVERLOADED', source: 'jobs' });
    expect((await add(queue, null, { id: 'fits' })).id).toBe('fits');
  });

  it('takes no second result of a job from a process that stood still', async () => {
    const [stuck, other] = [
      await place.open([aKind()], { leaseMs: 1_000 }),
      await place.open([aKind()], { leaseMs: 1_000 }),
    ];
    let endStuck = () => {};
    const running = seen(stuck, 'twice', 'RUNNING');
    working(stuck, () => new Promise<string>((resolve) => (endStuck = () => resolve('late'))));
    await add(stuck, null, { id: 'twice' });
    await running;
    standStill(stuck);
    const completed = seen(other, 'twice', 'COMPLETED');
    working(other, () => 'in time');
    const { attempt, result } = await completed.finally(endStuck);
    expect(result).toBe('in time');
    // On a busy machine this process may stand still, too.
    expect(attempt).toBeGreaterThanOrEqual(2);
    await stuck.close(0);
    expect(await other.find('twice')).toMatchObject({ attempt, result });
  });
});
