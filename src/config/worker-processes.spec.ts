import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { loadConfig } from './config.ts';
import { refuseUnsharedProcesses, workerSettings } from './worker-processes.ts';

const refusals = (environment: NodeJS.ProcessEnv): string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n  ').slice(1);
  }
};

/** What is refused in another program's cluster. */
function refusedInCluster(settings: object): string[] {
  const schema = z
    .looseObject(workerSettings)
    .superRefine((given, check) => refuseUnsharedProcesses(given, check, true));
  return schema.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join()}: ${message}`) ?? [];
}

describe('the settings of worker processes', () => {
  it('require what the workers share', () => {
    expect(refusals({ WORKERS: '2' })).toEqual([
      'REDIS_URL: must be set where WORKERS is more than 1: sessions and limits are shared through it',
      'JWT_PRIVATE_KEY: must be set where WORKERS is more than 1: all of them sign with it',
    ]);
  });

  it('have a memory limit that a worker can keep, where there are several', () => {
    expect(refusals({ WORKER_MEMORY_BYTES: '67108863' })).toContain(
      'WORKER_MEMORY_BYTES: must be 0, or at least 67108864',
    );
    expect(refusals({ WORKER_MEMORY_BYTES: '67108864' })).toEqual([
      'WORKER_MEMORY_BYTES: must be unset where WORKERS is 1: only the first process of workers replaces them',
    ]);
    expect(refusals({ WORKER_MEMORY_BYTES: '0' })).toEqual([]);
  });

  it('are those of one process in the cluster mode of PM2, which has workers of its own', () => {
    expect(refusedInCluster({ WORKERS: '2', REDIS_URL: 'redis://x', JWT_PRIVATE_KEY: 'k' })).toEqual([
      'WORKERS: must be 1 in the cluster mode of PM2, whose instances are the workers: set instances there',
    ]);
    expect(refusedInCluster({ WORKERS: '1' })).toEqual([
      'REDIS_URL: must be set in the cluster mode of PM2: sessions and limits are shared through it',
      'JWT_PRIVATE_KEY: must be set in the cluster mode of PM2: all of them sign with it',
    ]);
    expect(refusedInCluster({ REDIS_URL: 'redis://x', JWT_PRIVATE_KEY: 'k' })).toEqual([]);
  });
});
