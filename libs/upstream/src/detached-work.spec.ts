import { describe, expect, it } from '@jest/globals';
import { DetachedWork } from '#libs/upstream';

/** Whether a promise has settled by the next turn of the event loop. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const later = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, later])) !== pending;
}

describe('work that goes on without its client', () => {
  it('is waited for', async () => {
    const work = new DetachedWork();
    const placing = Promise.withResolvers<string>();
    void work.track(placing.promise);
    const settled = work.settled();
    expect(await hasSettled(settled)).toBe(false);
    placing.resolve('done');
    await settled;
  });

  it('is waited for where it begins while others are', async () => {
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
    await work.settled();
  });

  it('need not be waited for where there is none', async () => {
    expect(await hasSettled(new DetachedWork().settled())).toBe(true);
  });
});
