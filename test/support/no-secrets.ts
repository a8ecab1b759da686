import { afterAll } from '@jest/globals';

// Every log that a test records, of this process and of its children, is scanned as it is written.
afterAll(() => {
  const { atriumLeaks = [] } = globalThis as { atriumLeaks?: string[] };
  const leaks = atriumLeaks.splice(0);
  if (leaks.length) throw new Error(`There are secrets in logs:\n${leaks.join('\n')}`);
});
