import { once } from 'node:events';
import { Interrupted, type JobQueue, type JobRecord } from '#libs/jobs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aKind, type QueuePlace, queuePlaces, seen, working } from './queues.fixture.ts';

const { places, stop } = await queuePlaces();
afterAll(stop);

describe.each(places)('the end of jobs of a queue %s', (_, placeOf) => {
  let place: QueuePlace;
  beforeEach(() => {
    place = placeOf();
  });
  afterEach(() => place.end());

  const add = async (queue: JobQueue, input: unknown, options = {}): Promise<JobRecord> =>
    (await queue.add('spec.work', input, { owner: 'ada', ...options })).job;

  it('cancels a waiting job at once', async () => {
    const queue = await place.open([aKind()]);
    await add(queue, null, { id: 'waits', delayMs: 60_000 });
    expect(await queue.cancel('waits')).toMatchObject({ state: 'CANCELLED', isCancelling: false });
    expect(await queue.find('waits')).toMatchObject({ state: 'CANCELLED' });
    expect(await queue.cancel('unknown')).toBeUndefined();
    const completed = seen(queue, 'waits', 'COMPLETED');
    working(queue, () => 'replayed');
    await queue.replay('waits');
    expect(await completed).toMatchObject({ result: 'replayed' });
  });

  it('does not run a cancelled job, whose end is seen once', async () => {
    const queue = await place.open([aKind({ concurrency: 1 })]);
    const states: string[] = [];
    queue.onChange(({ id, state }) => id === 'waits' && states.push(state));
    const runs: string[] = [];
    working(queue, ({ id }) => void runs.push(id));
    await add(queue, null, { id: 'waits', delayMs: 60_000, priority: 0 });
    const cancelled = await queue.cancel('waits');
    const next = seen(queue, 'next', 'COMPLETED');
    await add(queue, null, { id: 'next', priority: 9 });
    await next;
    expect(runs).toEqual(['next']);
    expect(states).toEqual(['WAITING', 'CANCELLED']);
    const { state, attempt, endedAt } = (await queue.find('waits'))!;
    expect({ state, attempt, endedAt }).toEqual({ state: 'CANCELLED', attempt: 0, endedAt: cancelled!.endedAt });
  });

  it('cancels a running job by its signal, from any process', async () => {
    const queue = await place.open([aKind()], { leaseMs: 400 });
    const other = await place.open([aKind()]);
    const [running, cancelled] = [seen(queue, 'runs', 'RUNNING'), seen(queue, 'runs', 'CANCELLED')];
    let reason: unknown;
    let isAnswered = () => {};
    const answered = new Promise<void>((resolve) => (isAnswered = resolve));
    working(queue, async ({ signal }) => {
      await once(signal, 'abort');
      reason = signal.reason;
      await answered;
      throw reason;
    });
    await add(queue, null, { id: 'runs' });
    await running;
    expect(await other.cancel('runs')).toMatchObject({ state: 'RUNNING', isCancelling: true });
    isAnswered();
    expect(await cancelled).toMatchObject({ attempt: 1 });
    expect(reason).toEqual(new Interrupted('cancelled'));
  });

  it('leaves jobs of a kind that it does not know to a process that knows it', async () => {
    const [newer, older] = [
      await place.open([aKind(), aKind({ name: 'spec.later' })]),
      await place.open([aKind()]),
    ];
    const { job } = await newer.add('spec.later', 'for the newer', { owner: 'ada', id: 'later' });
    const ran: string[] = [];
    working(older, ({ id }) => void ran.push(`older ${id}`));
    const known = seen(older, 'known', 'COMPLETED');
    await older.add('spec.work', null, { owner: 'ada', id: 'known' });
    await known;
    expect((await newer.find(job.id))!.state).toBe('WAITING');
    expect((await older.counts()).map(({ kind }) => kind)).toEqual(['spec.work']);
    expect((await older.list({ owner: 'ada', limit: 10 })).map(({ id }) => id)).toEqual(['known', 'later']);

    const later = seen(newer, job.id, 'COMPLETED');
    working(newer, ({ id }) => void ran.push(`newer ${id}`));
    await later;
    expect(ran).toEqual(['older known', 'newer later']);
  });

  it('deletes those of an owner that it does not know, too', async () => {
    const [newer, older] = [await place.open([aKind({ name: 'spec.later' })]), await place.open([aKind()])];
    for (const id of ['one', 'other']) await newer.add('spec.later', 'of Ada', { owner: 'ada', id });
    expect(await older.removeAll('ada', 1_000)).toBe(2);
    expect([await newer.find('one'), await newer.find('other')]).toEqual([undefined, undefined]);
    expect(await newer.list({ owner: 'ada', limit: 10 })).toEqual([]);
  });

  it('lets running jobs end when it is closed', async () => {
    const queue = await place.open([aKind()]);
    const running = seen(queue, 'short', 'RUNNING');
    let end = (_result: string) => {};
    working(queue, () => new Promise<string>((resolve) => (end = resolve)));
    await add(queue, null, { id: 'short' });
    await running;
    const closed = queue.close(5_000);
    end('in time');
    await closed;
    const next = await place.open([aKind()]);
    expect(await next.find('short')).toMatchObject({ state: 'COMPLETED', result: 'in time' });
  });

  it('gives back the jobs that do not end in time when it is closed', async () => {
    const queue = await place.open([aKind({ attempts: 1 })]);
    const running = seen(queue, 'long', 'RUNNING');
    working(
      queue,
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    await add(queue, null, { id: 'long' });
    await running;
    await queue.close(10);
    const next = await place.open([aKind({ attempts: 1 })]);
    expect(await next.find('long')).toMatchObject({ state: 'WAITING', attempt: 0 });
    const completed = seen(next, 'long', 'COMPLETED');
    working(next, ({ attempt }) => attempt);
    expect(await completed).toMatchObject({ result: 1 });
  });
});
