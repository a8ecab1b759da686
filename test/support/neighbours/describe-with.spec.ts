import { afterEach, describe, expect, it } from '@jest/globals';
import { describeWith } from './describe-with.ts';
import type { NeighbourProgram } from './programs.ts';

const aProgram = (name: string, version?: string): NeighbourProgram => ({
  name,
  packages: [name],
  version: () => version,
});
const there = aProgram('there', '1.0');
const missing = aProgram('missing');
const before = process.env['CI'];
const suites: string[] = [];

delete process.env['CI'];
describeWith([there, missing], 'a suite without one of its programs', () => {
  suites.push('without');
  it('is skipped outside CI', () => expect.assertions(1));
});
describeWith([there], 'a suite with its programs', (versions) => {
  suites.push(`with ${versions.get('there')}`);
  it('runs, and knows their versions', () => expect(suites).toContain('with 1.0'));
});

describe('a suite without one of its programs', () => {
  afterEach(() => {
    if (before === undefined) delete process.env['CI'];
    else process.env['CI'] = before;
  });

  it('fails in CI, and names what is missing', () => {
    process.env['CI'] = 'true';
    expect(() => describeWith([there, missing], 'a suite', () => {})).toThrow('not on this machine: missing');
  });
});
