import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';
import { complaint } from './complaint.fixture.ts';
import { workerThreads } from './worker-threads.ts';

const threads = (environment: Record<string, string>, cores: number) =>
  workerThreads(loadConfig(environment), cores);

describe('the number of worker threads', () => {
  it.each([
    ['one less than there are cores', {}, 3, 2],
    ['at least one', {}, 1, 1],
    ['two less than libuv has, by default two', {}, 16, 2],
    ['more where libuv has more', { UV_THREADPOOL_SIZE: '8' }, 16, 6],
    ['what is set', { WORKER_THREADS: '12' }, 2, 12],
  ])('is %s', (_, environment, cores, expected) => {
    expect(threads(environment, cores)).toBe(expected);
  });

  it('is shared between worker processes', () => {
    const config = { ...loadConfig({ UV_THREADPOOL_SIZE: '16' }), WORKERS: 3 };
    expect(workerThreads(config, 10)).toBe(3);
  });

  it.each(['0', '257', '1.5', 'all'])('is not %s', (value) => {
    expect(complaint({ WORKER_THREADS: value })).toContain('must be auto, or a whole number from 1 to 256');
  });
});
