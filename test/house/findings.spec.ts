import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { findingsTable } from '#tools/findings-table';

it('findings/README.md lists every script by its first line (npm run schema:write)', () => {
  expect(readFileSync('findings/README.md', 'utf8')).toContain(findingsTable());
});
