import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decisionsIndex } from '#tools/decisions-index';

const FOLDER = new URL('../../docs/decisions/', import.meta.url);

describe('the decision records', () => {
  it('are listed by docs/decisions/README.md (npm run schema:write)', () => {
    expect(readFileSync(new URL('README.md', FOLDER), 'utf8')).toBe(decisionsIndex());
  });

  it('have a number of their own each', () => {
    const numbers = readdirSync(FOLDER).flatMap((file) => /^\d{4}/.exec(file) ?? []);
    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
  });
});
