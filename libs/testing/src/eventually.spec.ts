import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('waits until a condition holds, and returns its value', async () => {
    let count = 0;
    expect(await eventually(() => ++count > 3 && `${count}`)).toBe('4');
    expect(await eventually(async () => Promise.resolve(count))).toBe(4);
  });

  it('evaluates the condition at least once, at once', async () => {
    expect(await eventually(() => 'now', { withinMs: 0 })).toBe('now');
  });

  it('says what was waited for, where that was, and how long', async () => {
    const neverDrained = () => false;
    const failure = await eventually(() => neverDrained(), { withinMs: 20 }).catch((error: Error) => error);
    expect(failure).toMatchObject({ message: 'Not so within 20 ms: ()=>neverDrained()' });
    expect((failure as Error).stack).toContain('eventually.spec.ts');
  });

  it('throws what the condition throws', async () => {
    const broken = () => Promise.reject(new Error('the metric is gone'));
    await expect(eventually(broken)).rejects.toThrow('the metric is gone');
  });
});
