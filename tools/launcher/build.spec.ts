import { globSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isInPortal } from './affected.ts';
import { INPUTS } from './build.ts';

describe('what a build is made of', () => {
  it('has what the portal is bundled from, and what it tells of the client package', () => {
    const files = globSync('clients/**/*.*', { exclude: (name) => name.includes('node_modules') }).filter(
      isInPortal,
    );
    expect(files.length).toBeGreaterThan(10);
    expect(INPUTS).toEqual(expect.arrayContaining(files));
  });
});
