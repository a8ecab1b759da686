import { afterAll, expect } from '@jest/globals';

// Every log that a test keeps, of this process and of those that it started, is looked through as it is written.
afterAll(() => {
  expect((globalThis as { atriumLeaks?: string[] }).atriumLeaks ?? []).toEqual([]);
});
