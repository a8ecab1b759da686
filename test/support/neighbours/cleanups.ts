import { afterAll, afterEach } from '@jest/globals';

/** What ends what a test started, the latest first. */
export type Cleanup = () => unknown;

/** Ends what each test started when it is over. @returns takes what must be ended */
export function endedAfterEach(): (cleanup: Cleanup) => void {
  const cleanups: Cleanup[] = [];
  afterEach(() => ended(cleanups));
  return (cleanup) => void cleanups.push(cleanup);
}

/** Ends what was started for all tests of a file when they are over. @returns takes what must be ended */
export function endedAfterAll(): (cleanup: Cleanup) => void {
  const cleanups: Cleanup[] = [];
  afterAll(() => ended(cleanups));
  return (cleanup) => void cleanups.push(cleanup);
}

async function ended(cleanups: Cleanup[]): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
