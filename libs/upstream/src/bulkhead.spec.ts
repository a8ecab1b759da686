import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Bulkhead } from './bulkhead.ts';
import { Context } from './context.ts';

const aContext = (priority = 0, timeoutMs = 1_000): Context => {
  const context = new Context({ log: { requestId: 'r-1' }, timeoutMs });
  context.priority = priority;
  return context;
};

/** A bulkhead with one place, taken. */
function full(maxQueued = 3): Bulkhead {
  const bulkhead = new Bulkhead({ maxInFlight: 1, maxQueued });
  bulkhead.tryEnter();
  return bulkhead;
}

describe('a bulkhead', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('has as many places as it says', () => {
    const bulkhead = new Bulkhead({ maxInFlight: 2, maxQueued: 0 });
    expect([bulkhead.tryEnter(), bulkhead.tryEnter(), bulkhead.tryEnter()]).toEqual([true, true, false]);
    bulkhead.release();
    expect(bulkhead.tryEnter()).toBe(true);
  });

  it('lets the more urgent go first, and of the same urgency who came first', async () => {
    const bulkhead = full();
    const order: string[] = [];
    const wait = (name: string, priority: number) =>
      bulkhead.wait(aContext(priority)).then(() => order.push(name));
    const all = [wait('first', 0), wait('second', 0), wait('urgent', 1)];
    for (let i = 0; i < 3; i += 1) bulkhead.release();
    await Promise.all(all);
    expect(order).toEqual(['urgent', 'first', 'second']);
    expect(bulkhead.inFlight).toBe(1);
  });

  it('refuses who finds the queue full, unless somebody in it is less urgent', async () => {
    const bulkhead = full(2);
    const first = bulkhead.wait(aContext(0));
    const waiting = bulkhead.wait(aContext(0));
    await expect(bulkhead.wait(aContext(0))).rejects.toMatchObject({
      code: 'OVERLOADED',
      headers: { 'retry-after': '1' },
    });
    const urgent = bulkhead.wait(aContext(1));
    await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' });
    bulkhead.release();
    await urgent;
    bulkhead.release();
    await first;
  });

  it('drops from the queue what can no longer finish', async () => {
    const bulkhead = full();
    const late = bulkhead.wait(aContext(0, 100));
    const next = bulkhead.wait(aContext(0, 1_000));
    jest.advanceTimersByTime(80);
    bulkhead.release(50);
    await expect(late).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await next;
  });

  it('gives the place back where nobody in the queue can finish', async () => {
    const bulkhead = full();
    const late = expect(bulkhead.wait(aContext(0, 100))).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    bulkhead.release(200);
    await late;
    expect([bulkhead.inFlight, bulkhead.queued]).toEqual([0, 0]);
  });

  it('has room in its queue again once somebody left it', async () => {
    const bulkhead = full(1);
    const context = aContext();
    const left = expect(bulkhead.wait(context)).rejects.toThrow();
    context.end();
    await left;
    const next = bulkhead.wait(aContext());
    bulkhead.release();
    await next;
  });

  it('leaves nothing behind at who has entered', async () => {
    const bulkhead = full();
    const context = aContext();
    const waiting = bulkhead.wait(context);
    bulkhead.release();
    await waiting;
    context.end();
    expect([bulkhead.inFlight, bulkhead.queued]).toEqual([1, 0]);
  });

  it('never loses a place, nor lets more in than it has, whoever comes, waits and leaves', async () => {
    const act = fc.tuple(fc.constantFrom('come', 'finish', 'leave'), fc.nat(2), fc.nat(30));
    const property = fc.asyncProperty(fc.array(act, { maxLength: 100 }), async (acts) => {
      const bulkhead = new Bulkhead({ maxInFlight: 3, maxQueued: 4 });
      const waiting: Context[] = [];
      let inside = 0;
      const come = async (context: Context) => {
        if (!bulkhead.tryEnter()) {
          waiting.push(context);
          await bulkhead.wait(context);
        }
        inside += 1;
      };
      const finish = () => {
        inside -= 1;
        bulkhead.release(5);
      };
      for (const [what, priority, passMs] of acts) {
        if (what === 'leave') waiting.shift()?.end();
        else if (what === 'come') come(aContext(priority, 100)).catch(() => undefined);
        else if (inside > 0) finish();
        await jest.advanceTimersByTimeAsync(passMs);
        expect(bulkhead.inFlight).toBe(inside);
        expect(inside).toBeLessThanOrEqual(3);
        expect(bulkhead.queued).toBeLessThanOrEqual(inside < 3 ? 0 : 4);
      }
      for (const context of waiting) context.end();
      await jest.advanceTimersByTimeAsync(0);
      while (inside > 0) finish();
      expect([bulkhead.inFlight, bulkhead.queued]).toEqual([0, 0]);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('forgets who leaves, and who comes after the end', async () => {
    const bulkhead = full();
    const context = aContext();
    const waiting = bulkhead.wait(context);
    context.end();
    await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await expect(bulkhead.wait(context)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(bulkhead.queued).toBe(0);
    bulkhead.release();
    expect(bulkhead.inFlight).toBe(0);
  });
});
