import { afterAll } from '@jest/globals';

// Every log that a test keeps, of this process and of those that it started, is looked through as it is written.
afterAll(() => {
  const { atriumLeaks = [] } = globalThis as { atriumLeaks?: string[] };
  const leaks = atriumLeaks.splice(0);
  if (leaks.length) throw new Error(`There are secrets in logs:\n${leaks.join('\n')}`);
});
