import { type JobQueue, type JobRecord } from '#libs/jobs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aKind, countsOf, type QueuePlace, queuePlaces, seen, working } from './queues.fixture.ts';

const { places, stop } = await queuePlaces();
afterAll(stop);

describe.each(places)('a queue of jobs %s', (_, placeOf) => {
  let place: QueuePlace;
  beforeEach(() => {
    place = placeOf();
  });
  afterEach(() => place.end());

  const add = async (queue: JobQueue, input: unknown, options = {}): Promise<JobRecord> =>
    (await queue.add('spec.work', input, { owner: 'ada', ...options })).job;

  it('runs a job with its input, and keeps its result', async () => {
    const queue = await place.open([aKind()]);
    const completed = seen(queue, 'sum', 'COMPLETED');
    working(queue, ({ input }) => (input as number[]).reduce((sum, each) => sum + each));
    const waiting = await add(queue, [1, 2, 3], { id: 'sum', origin: { trace: 'abc' } });
    expect(waiting).toMatchObject({ id: 'sum', kind: 'spec.work', owner: 'ada', state: 'WAITING', attempt: 0 });
    await completed;
    const job = (await queue.find('sum'))!;
    expect(job).toMatchObject({
      state: 'COMPLETED',
      attempt: 1,
      result: 6,
      origin: { trace: 'abc' },
      input: [1, 2, 3],
    });
    expect(job.startedAt).toBeGreaterThanOrEqual(job.createdAt);
    expect(job.endedAt).toBeGreaterThanOrEqual(job.startedAt!);
    expect(await queue.find('other')).toBeUndefined();
  });

  it('adds a job of an id once', async () => {
    const queue = await place.open([aKind()]);
    const [first, again] = await Promise.all([
      queue.add('spec.work', 'first', { owner: 'ada', id: 'one' }),
      queue.add('spec.work', 'again', { owner: 'ada', id: 'one' }),
    ]);
    expect([first.isNew, again.isNew]).toEqual([true, false]);
    expect(again.job.input).toBe('first');
    expect(await countsOf(queue)).toEqual({ waiting: 1, running: 0, failed: 0 });
  });

  it('runs a delayed job not before its time', async () => {
    const queue = await place.open([aKind()]);
    const addedAt = performance.now();
    let ranAt = 0;
    const completed = seen(queue, 'later', 'COMPLETED');
    working(queue, () => {
      ranAt = performance.now();
    });
    const { runAt, createdAt } = await add(queue, null, { id: 'later', delayMs: 120 });
    expect(runAt - createdAt).toBe(120);
    await completed;
    expect(ranAt - addedAt).toBeGreaterThanOrEqual(119);
  });

  it('runs urgent jobs first, and the others in the order they were added', async () => {
    const queue = await place.open([aKind({ concurrency: 1 })]);
    for (const [id, priority] of [
      ['a', undefined],
      ['b', 9],
      ['c', undefined],
      ['d', 0],
    ] as const)
      await add(queue, null, { id, priority });
    const order: string[] = [];
    const last = seen(queue, 'b', 'COMPLETED');
    working(queue, ({ id }) => void order.push(id));
    await last;
    expect(order).toEqual(['d', 'a', 'c', 'b']);
  });

  it('runs as many at once as the kind allows, in all processes together', async () => {
    const kind = aKind({ concurrency: 2 });
    const queues = [await place.open([kind]), await place.open([kind])];
    let running = 0;
    let maxRunning = 0;
    const ids = Array.from({ length: 8 }, (_each, index) => `job${index}`);
    for (const id of ids) await add(queues[0]!, null, { id });
    const completed = ids.map((id) => Promise.race(queues.map((queue) => seen(queue, id, 'COMPLETED'))));
    for (const queue of queues)
      working(queue, async () => {
        maxRunning = Math.max(maxRunning, (running += 1));
        await new Promise((resolve) => setTimeout(resolve, 15));
        running -= 1;
      });
    await Promise.all(completed);
    expect(maxRunning).toBe(2);
  });

  it('starts no more in a period than the rate allows', async () => {
    const rate = { max: 2, perMs: 3_600_000 };
    const queue = await place.open([aKind({ rate }), aKind({ name: 'spec.other', concurrency: 1 })]);
    for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) await add(queue, null, { id });
    const started: string[] = [];
    const second = seen(queue, 'r2', 'COMPLETED');
    working(queue, ({ id }) => void started.push(id));
    await second;
    // Jobs of another kind show that the queue looked for more, as it does after each job.
    for (const id of ['o1', 'o2', 'o3']) {
      const completed = seen(queue, id, 'COMPLETED');
      await queue.add('spec.other', null, { owner: 'ada', id });
      await completed;
    }
    expect([started.slice(0, 2).toSorted(), started.slice(2)]).toEqual([
      ['r1', 'r2'],
      ['o1', 'o2', 'o3'],
    ]);
    expect(await countsOf(queue)).toEqual({ waiting: 3, running: 0, failed: 0 });
  });

  it('starts the others in the periods that follow', async () => {
    const queue = await place.open([aKind({ rate: { max: 2, perMs: 40 } })]);
    const ids = ['r1', 'r2', 'r3', 'r4', 'r5'];
    const completed = Promise.all(ids.map((id) => seen(queue, id, 'COMPLETED')));
    for (const id of ids) await add(queue, null, { id });
    const started: string[] = [];
    working(queue, ({ id }) => void started.push(id));
    await completed;
    expect(started.toSorted()).toEqual(ids);
  });

  it('reports the newest progress, and all of it in the end', async () => {
    const queue = await place.open([aKind()]);
    const completed = seen(queue, 'steps', 'COMPLETED');
    working(queue, ({ progress }) => {
      for (let done = 1; done <= 1_000; done += 1) progress(done, 1_000);
    });
    let changes = 0;
    queue.onChange(() => (changes += 1));
    await add(queue, null, { id: 'steps' });
    await completed;
    expect(await queue.find('steps')).toMatchObject({ progress: { done: 1_000, total: 1_000 } });
    expect(changes).toBeLessThan(10);
  });

  it('lists jobs by kind, state and owner, newest first', async () => {
    const queue = await place.open([aKind(), aKind({ name: 'spec.other' })]);
    await add(queue, null, { id: 'first' });
    await add(queue, null, { id: 'second' });
    await add(queue, null, { id: 'graces', owner: 'grace' });
    await queue.add('spec.other', null, { owner: 'ada', id: 'other' });
    await queue.cancel('second');
    const ids = async (filter: object) => (await queue.list({ limit: 10, ...filter })).map(({ id }) => id);
    expect(await ids({ kind: 'spec.work' })).toEqual(['graces', 'second', 'first']);
    expect(await ids({ owner: 'ada' })).toEqual(['other', 'second', 'first']);
    expect(await ids({ state: 'CANCELLED' })).toEqual(['second']);
    expect(await ids({ limit: 1 })).toHaveLength(1);
  });

  it('lists the jobs of an owner page by page, each once', async () => {
    const queue = await place.open([aKind(), aKind({ name: 'spec.other' })]);
    for (let at = 0; at < 7; at += 1)
      await queue.add(at % 2 ? 'spec.other' : 'spec.work', at, { owner: 'ada', id: `job-${at}` });
    await add(queue, null, { id: 'graces', owner: 'grace' });
    const page = async (after?: string) =>
      (await queue.list({ owner: 'ada', after, limit: 3 })).map(({ input }) => input);
    expect(await page()).toEqual([6, 5, 4]);
    expect(await page('job-4')).toEqual([3, 2, 1]);
    expect(await page('job-1')).toEqual([0]);
    expect(await page('job-0')).toEqual([]);
    expect(await page('nothing')).toEqual([]);
  });

  it('deletes all jobs of an owner, also those that run', async () => {
    const queue = await place.open([aKind({ concurrency: 1 })]);
    const ran = seen(queue, 'done', 'COMPLETED');
    working(queue, async ({ input, signal }) => {
      if (input === 'endless') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await add(queue, null, { id: 'done' });
    await ran;
    const runs = seen(queue, 'runs', 'RUNNING');
    await add(queue, 'endless', { id: 'runs' });
    await runs;
    await add(queue, null, { id: 'later', delayMs: 60_000 });
    const graces = await add(queue, null, { id: 'graces', owner: 'grace' });
    expect(await queue.removeAll('ada', 10_000)).toBe(3);
    expect(await queue.list({ owner: 'ada', limit: 10 })).toEqual([]);
    expect(await queue.find('done')).toBeUndefined();
    expect(await queue.find('graces')).toMatchObject({ id: graces.id, owner: 'grace' });
    expect(await queue.removeAll('ada', 10_000)).toBe(0);
  });
});
