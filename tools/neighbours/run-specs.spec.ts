import { describe, expect, it } from '@jest/globals';
import { outcomeText, runSpecs } from './run-specs.ts';

const SPECS = { beside: ['a', 'b', 'c'], alone: ['m', 'n'] };

/** A runner in which files fail as often as is given. */
function runner(failures: Record<string, number>) {
  const runs: [files: readonly string[], workers: number][] = [];
  const left = new Map(Object.entries(failures));
  return {
    runs,
    async run(files: readonly string[], workers: number): Promise<string[]> {
      runs.push([files, workers]);
      return files.filter((file) => {
        const again = left.get(file) ?? 0;
        left.set(file, again - 1);
        return again > 0;
      });
    },
  };
}

describe('a run of specs', () => {
  it('has several at once, and then those that run alone', async () => {
    const { runs, run } = runner({});
    expect(await runSpecs(SPECS, { workers: 3, retries: true }, run)).toEqual({ failed: [], passedAgain: [] });
    expect(runs).toEqual([
      [['a', 'b', 'c'], 3],
      [['m', 'n'], 1],
    ]);
  });

  it('repeats only the files that failed, one at a time, twice', async () => {
    const { runs, run } = runner({ b: 1, m: 2, n: 3 });
    expect(await runSpecs(SPECS, { workers: 3, retries: true }, run)).toEqual({
      failed: ['n'],
      passedAgain: ['b', 'm'],
    });
    expect(runs.slice(2)).toEqual([
      [['b', 'm', 'n'], 1],
      [['m', 'n'], 1],
    ]);
  });

  it('repeats nothing unless it should', async () => {
    const { runs, run } = runner({ b: 1 });
    expect(await runSpecs(SPECS, { workers: 2, retries: false }, run)).toEqual({ failed: ['b'], passedAgain: [] });
    expect(runs).toHaveLength(2);
  });

  it('never runs a group of no files, which would be all files', async () => {
    const { runs, run } = runner({});
    await runSpecs({ beside: [], alone: ['m'] }, { workers: 2, retries: true }, run);
    expect(runs).toEqual([[['m'], 1]]);
  });
});

describe('the text of an outcome', () => {
  it('lists what passed only when run again, and what failed', () => {
    expect(outcomeText({ failed: ['n'], passedAgain: ['b', 'c'] })).toBe(
      '\nPassed only when run again:\n  b\n  c\n\nFailed:\n  n\n',
    );
  });

  it('is empty where every file passed at once', () => {
    expect(outcomeText({ failed: [], passedAgain: [] })).toBe('');
  });
});
