import { availableParallelism } from 'node:os';
import { GatewayError } from '#libs/errors';
import { afterEach, describe, expect, it } from '@jest/globals';
import type * as tasks from './tasks.fixture.ts';
import { workerTask } from './task.ts';
import type { TaskEnd, WorkerPoolOptions } from './run-options.ts';
import { WorkerPool } from './worker-pool.ts';

const of = <Name extends keyof typeof tasks>(name: Name) =>
  workerTask<(typeof tasks)[Name]>(import.meta.url, './tasks.fixture', name);
const LONG = { timeoutMs: 30_000 };

const pools: WorkerPool[] = [];
const aPool = (options: WorkerPoolOptions = {}) => {
  const pool = new WorkerPool({ threads: 1, ...options });
  pools.push(pool);
  return pool;
};
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

/** A gate that a task waits at in its thread, until it is opened. */
function aGate() {
  const gate = new SharedArrayBuffer(8);
  const numbers = new Int32Array(gate);
  return {
    gate,
    open: () => {
      Atomics.store(numbers, 0, 1);
      Atomics.notify(numbers, 0);
    },
    /** Until a task waits. */
    reached: async () => {
      const { value } = Atomics.waitAsync(numbers, 1, 0);
      await value;
    },
  };
}

describe('a pool of threads', () => {
  it('has one thread less than there are cores, and at least one', () => {
    expect(new WorkerPool().threads).toBe(Math.max(1, availableParallelism() - 1));
  });

  it('answers from a thread that is kept for the next task and sees no environment', async () => {
    const pool = aPool();
    const first = await pool.run(of('thread'), { input: null }, LONG);
    expect(await pool.run(of('thread'), { input: null }, LONG)).toBe(first);
    expect(first).toBeGreaterThan(0);
    expect(await pool.run(of('environment'), { input: null }, LONG)).toEqual([]);
  });

  it('transfers memory both ways instead of copying it', async () => {
    const pool = aPool();
    const bytes = new Uint8Array(1_000_000).fill(5);
    const answer = (await pool.run(of('echo'), { input: bytes, transfer: [bytes.buffer] }, LONG)) as Uint8Array;
    expect([answer.length, answer[999_999], bytes.length]).toEqual([1_000_000, 5, 0]);
    expect((await pool.run(of('filled'), { input: 3 }, LONG)).toString()).toBe('7,7,7');
  });

  it('makes the input of a task once it has a thread', async () => {
    const pool = aPool();
    const { gate, open, reached } = aGate();
    let made = 0;
    const running = pool.run(of('whenOpen'), { input: gate }, LONG);
    const waiting = pool.run(of('echo'), () => ({ input: (made += 1) }), LONG);
    await reached();
    expect(made).toBe(0);
    open();
    await running;
    expect(await waiting).toBe(1);
  });

  it('rejects with the code, detail and fields of a refusal', async () => {
    await expect(aPool().run(of('refuse'), { input: 5 }, LONG)).rejects.toMatchObject({
      name: 'GatewayError',
      code: 'PAYLOAD_TOO_LARGE',
      status: 413,
      detail: 'At most 5.',
      errors: [{ field: 'size', message: 'Too large' }],
    });
  });

  it('takes tasks in their order, and refuses those that find the queue full', async () => {
    const ends: TaskEnd[] = [];
    const pool = aPool({ maxQueued: 2 });
    pool.watch((end) => ends.push(end));
    const { gate, open, reached } = aGate();
    const order: number[] = [];
    const running = pool.run(of('whenOpen'), { input: gate }, LONG).then(() => order.push(0));
    const queued = [1, 2].map((place) =>
      pool.run(of('echo'), { input: place }, LONG).then(() => order.push(place)),
    );
    await reached();
    expect([pool.running, pool.queued]).toEqual([1, 2]);
    await expect(pool.run(of('echo'), { input: 3 }, LONG)).rejects.toMatchObject({
      code: 'OVERLOADED',
      source: 'worker-pool',
    });
    open();
    await Promise.all([running, ...queued]);
    expect([order, pool.running, pool.queued]).toEqual([[0, 1, 2], 0, 0]);
    expect(ends.map(({ task, outcome }) => `${task} ${outcome}`)).toEqual([
      'echo overloaded',
      'whenOpen done',
      'echo done',
      'echo done',
    ]);
    expect(ends[2]!.queuedMs).toBeGreaterThan(0);
  });

  it('ends the thread of a task that takes too long, and goes on with another', async () => {
    const pool = aPool();
    const before = await pool.run(of('thread'), { input: null }, LONG);
    const endless = pool.run(of('spin'), { input: null }, { timeoutMs: 300 });
    const next = pool.run(of('thread'), { input: null }, LONG);
    await expect(endless).rejects.toMatchObject({ name: 'WorkerFailure', reason: 'timeout' });
    expect(await next).not.toBe(before);
  });

  it('refuses a task that gets no thread in time', async () => {
    const pool = aPool();
    const { gate, open, reached } = aGate();
    const running = pool.run(of('whenOpen'), { input: gate }, LONG);
    await reached();
    await expect(pool.run(of('echo'), { input: 1 }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    expect(pool.queued).toBe(0);
    open();
    await running;
  });

  it('ends a task with the reason of its signal, running or waiting', async () => {
    const pool = aPool();
    const { gate, reached } = aGate();
    const canceller = new AbortController();
    const options = { ...LONG, signal: canceller.signal };
    const running = pool.run(of('whenOpen'), { input: gate }, options);
    const waiting = pool.run(of('echo'), { input: 1 }, options);
    await reached();
    // Contexts end with such errors.
    const reason = new GatewayError('OVERLOADED', { source: 'draining' });
    const outcomes: string[] = [];
    pool.watch(({ outcome }) => outcomes.push(outcome));
    canceller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(outcomes).toEqual(['aborted', 'aborted']);
    expect(await pool.run(of('echo'), { input: 2 }, LONG)).toBe(2);
    await expect(pool.run(of('echo'), { input: 3 }, options)).rejects.toBe(reason);
  });

  it.each(['fail', 'exit', 'exhaust'] as const)(
    'survives a task that crashes by %s, as do waiting tasks',
    async (name) => {
      const pool = aPool({ maxMegabytes: 16 });
      const crashing = pool.run(of(name), { input: null }, LONG);
      const next = pool.run(of('echo'), { input: 'next' }, LONG);
      await expect(crashing).rejects.toMatchObject({ name: 'WorkerFailure', reason: 'crash' });
      expect(await next).toBe('next');
    },
  );

  it('rejects what runs, waits and comes when it is closed', async () => {
    const pool = aPool();
    const { gate, reached } = aGate();
    const all = [pool.run(of('whenOpen'), { input: gate }, LONG), pool.run(of('echo'), { input: 1 }, LONG)];
    await reached();
    await pool.close();
    all.push(pool.run(of('echo'), { input: 2 }, LONG));
    for (const one of await Promise.allSettled(all))
      expect(one).toMatchObject({ reason: { code: 'OVERLOADED', source: 'draining' } });
  });
});
