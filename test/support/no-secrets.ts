import { afterAll } from '@jest/globals';

// Every log that a test keeps, of this process and of those that it started, is looked through as it is written.
afterAll(() => {
  const { atriumLeaks = [] } = globalThis as { atriumLeaks?: string[] };
  if (atriumLeaks.length) throw new Error(`There are secrets in logs:\n${atriumLeaks.join('\n')}`);
});
