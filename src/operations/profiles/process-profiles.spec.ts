import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { getHeapStatistics } from 'node:v8';
import { loadConfig } from '#gateway/config/config';
import type { Readiness } from '#gateway/operations/readiness';
import { ProcessProfiles } from './process-profiles.ts';

const HEAPS = 12;

afterEach(() => void jest.restoreAllMocks());

/** Profiles of this process, and whether it is ready for requests. */
function open() {
  const state = { isPaused: false };
  const readiness = { pause: () => ((state.isPaused = true), () => (state.isPaused = false)) };
  const config = loadConfig({ DRAIN_MS: '0' });
  return {
    state,
    profiles: new ProcessProfiles(config, readiness as unknown as Readiness),
  };
}

/** Has the system report so many times the used heap as free memory. */
function withFree(heaps: number): void {
  jest.spyOn(process, 'availableMemory').mockImplementation(() => heaps * getHeapStatistics().used_heap_size);
}

describe('a heap snapshot', () => {
  it('is refused with the needed and the free megabytes if less than 12 heaps are free', async () => {
    const { profiles, state } = open();
    withFree(HEAPS - 1);
    await expect(profiles.heapSnapshot()).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: expect.stringMatching(/^A heap snapshot needs about \d+ MB of free memory, and \d+ MB are free\.$/),
    });
    expect(state).toEqual({ isPaused: false });
  });
});
