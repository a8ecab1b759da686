import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryLimit } from './memory-limit.ts';

const LIMIT = 100;
const HOUR_MS = 3_600_000;

describe('the memory limit of workers', () => {
  let now: number;
  let replaced: string[];
  let finish: () => void;
  let limit: MemoryLimit<{ name: string }>;
  const [one, other] = [{ name: 'one' }, { name: 'other' }];
  beforeEach(() => {
    [now, replaced] = [0, []];
    const replace = (worker: { name: string }) => {
      replaced.push(worker.name);
      return new Promise<void>((resolve) => (finish = resolve));
    };
    limit = new MemoryLimit(LIMIT, replace, () => now);
  });
  const reports = (worker: { name: string }, bytes: number[], ageMs = HOUR_MS) => {
    for (const each of bytes) limit.report(worker, each, ageMs);
  };
  const finished = async () => {
    finish();
    await new Promise(setImmediate);
  };

  it('replaces a worker that is above it three times in a row, and not before', () => {
    reports(one, [101, 101, 100, 101, 101]);
    expect(replaced).toEqual([]);
    reports(one, [101]);
    expect(replaced).toEqual(['one']);
  });

  it('replaces one worker at a time', async () => {
    reports(one, [101, 101, 101]);
    reports(other, [101, 101, 101]);
    expect(replaced).toEqual(['one']);
    await finished();
    reports(other, [101]);
    expect(replaced).toEqual(['one', 'other']);
  });

  it('replaces one a minute where workers are above it from their start', async () => {
    reports(one, [101, 101, 101], 5_000);
    await finished();
    reports(other, [101, 101, 101], 5_000);
    now = 59_999;
    reports(other, [101], 5_000);
    expect(replaced).toEqual(['one']);
    now = 60_000;
    reports(other, [101], 5_000);
    expect(replaced).toEqual(['one', 'other']);
  });
});
