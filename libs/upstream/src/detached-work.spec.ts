import { describe, expect, it } from '@jest/globals';
import { Context, DetachedWork } from '#libs/upstream';

/** Whether a promise has settled by the next turn of the event loop. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const later = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, later])) !== pending;
}

describe('work that goes on without its client', () => {
  it('delays the end of the process until it is done', async () => {
    const work = new DetachedWork();
    const placing = Promise.withResolvers<string>();
    void work.track(placing.promise);
    const settled = work.settled();
    expect(await hasSettled(settled)).toBe(false);
    placing.resolve('done');
    await settled;
  });

  it('delays that end also where it begins while other work is awaited', async () => {
    const work = new DetachedWork();
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    void work.track(first.promise.then(() => void work.track(second.promise)));
    const settled = work.settled();
    first.resolve();
    expect(await hasSettled(settled)).toBe(false);
    second.resolve();
    await settled;
  });

  it('answers what it answers, and fails as it fails', async () => {
    const work = new DetachedWork();
    expect(await work.track(Promise.resolve('done'))).toBe('done');
    await expect(work.track(Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('is over when it failed, too', async () => {
    const work = new DetachedWork();
    const failing = Promise.withResolvers<void>();
    work.track(failing.promise).catch(() => undefined);
    failing.reject(new Error('failed'));
    await expect(work.settled()).resolves.toBeUndefined();
  });

  it('need not be waited for where there is none', async () => {
    expect(await hasSettled(new DetachedWork().settled())).toBe(true);
  });

  it('runs for the same request, under a deadline of its own that the client does not end', async () => {
    const request = new Context({ log: { requestId: 'r-1' }, caller: { id: 'u1', scopes: [] }, timeoutMs: 100 });
    const answer = new DetachedWork().run(request, async (context) => {
      request.end();
      expect(context.signal.aborted).toBe(false);
      expect(context.remainingMs).toBeGreaterThan(1_000);
      return [context.log.requestId, context.caller.id];
    });
    expect(await answer).toEqual(['r-1', 'u1']);
  });

  it('delays that end also where it runs for a request', async () => {
    const work = new DetachedWork();
    const placing = Promise.withResolvers<void>();
    const request = new Context({ log: { requestId: 'r-1' }, timeoutMs: 100 });
    void work.run(request, () => placing.promise);
    const settled = work.settled();
    expect(await hasSettled(settled)).toBe(false);
    placing.resolve();
    await settled;
  });
});
