import { readFileSync } from 'node:fs';
import { cacheTable } from '#tools/cache-table';
import { describe, expect, it } from '@jest/globals';

describe('docs/caching.md', () => {
  it('says what the ports declare', async () => {
    expect(readFileSync('docs/caching.md', 'utf8')).toContain(await cacheTable());
  });
});
