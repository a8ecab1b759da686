import { afterAll, afterEach } from '@jest/globals';

/** Cleanup functions of a test, the latest first. */
export type Cleanup = () => unknown;

/** Runs cleanups after each test. @returns a function that registers a cleanup */
export function endedAfterEach(): (cleanup: Cleanup) => void {
  const cleanups: Cleanup[] = [];
  afterEach(() => ended(cleanups));
  return (cleanup) => void cleanups.push(cleanup);
}

/** Runs cleanups after all tests of a file. @returns a function that registers a cleanup */
export function endedAfterAll(): (cleanup: Cleanup) => void {
  const cleanups: Cleanup[] = [];
  afterAll(() => ended(cleanups));
  return (cleanup) => void cleanups.push(cleanup);
}

async function ended(cleanups: Cleanup[]): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
