import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { OperationTypeNode } from 'graphql';
import { asTest } from './as-test.ts';
import { broken } from './broken.ts';
import { Histogram } from './histogram.ts';
import { Picks } from './picks.ts';
import { Progress } from './progress.ts';
import { proofOf } from './prove.ts';

/** What the compiler says of a file, as if it were in this folder. */
async function mistakesOfTypes(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-counterexample-'));
  const [root, here] = [process.cwd(), resolve('test/graphql/fuzz')];
  const paths = { '@jest/globals': [join(root, 'node_modules/@jest/globals')] };
  const typeRoots = [join(root, 'node_modules/@types')];
  const compilerOptions = { rootDir: '/', rootDirs: [folder, here], typeRoots, paths };
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions,
    files: ['printed.spec.ts'],
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'printed.spec.ts'), text);
  const compiler = join(root, 'node_modules/@typescript/native/bin/tsc');
  const run = promisify(execFile)(process.execPath, [compiler, '-p', folder]);
  const { stdout } = await run.catch((failed: { stdout: string }) => failed);
  rmSync(folder, { recursive: true });
  // Of the rest it has not all declarations.
  return stdout
    .split('\n')
    .filter((line) => line.includes('printed.spec.ts'))
    .join('\n');
}

const operation = { query: '{ a b { c } }', variables: { v: "it's" }, kind: 'query' as OperationTypeNode };

describe('what a run tells', () => {
  it('is a line each hundred documents, with where to go on', () => {
    const lines: string[] = [];
    const progress = new Progress({ documents: 1_000, from: 500 }, (line) => void lines.push(line));
    for (let number = 500; number < 750; number += 1) progress.note(number);
    expect(lines).toEqual([
      expect.stringMatching(/^100 of 1000 documents, .*\/s, \d+ min to go, none found; go on with --from 600$/),
      expect.stringMatching(/^200 of 1000 documents, .*\/s, \d+ min to go, none found; go on with --from 700$/),
    ]);
  });

  it('is what the documents were like', () => {
    const histogram = new Histogram();
    const good = { outcome: { data: '{}', errors: [] }, data: {}, isValid: true };
    histogram.add(operation, good, [{ name: 'POST' }, { name: 'GET' }]);
    histogram.add(operation, { ...good, outcome: { data: '{"a":null}', errors: [] } }, [{ name: 'POST' }]);
    histogram.add(operation, { ...good, outcome: { data: undefined, errors: ['x'] }, isValid: false }, []);
    expect(histogram.summary()).toEqual({
      documents: 3,
      valid: 2,
      withErrorOrNull: 2,
      medianFields: 3,
      byKind: { query: 3 },
      byWay: { POST: 2, GET: 1 },
      byFields: { 2: 2 },
    });
  });

  it('is a counterexample as a spec of this folder, which fits its types', async () => {
    const difference = { way: 'GET', time: 4, expected: 1, got: 2 };
    const spec = asTest({ number: 7, seed: '1/7', operation, difference });
    const [, written] = /const request = ([^]*?) as GraphqlRequest;/.exec(spec)!;
    expect(JSON.parse(written!)).toEqual(operation);
    expect(spec).toContain('differenceIn(request, "1/7", differential.ways)');
    expect(spec).toContain('by GET');
    expect(await mistakesOfTypes(spec)).toBe('');
  }, 120_000);
});

describe('a fault', () => {
  const found = { number: 7, seed: '1/7', operation };

  it('is found where an answer differs', () => {
    const difference = { way: 'GET', time: 4, expected: 1, got: 2 };
    expect(proofOf('a fault', { ...found, difference })).toEqual({ name: 'a fault', foundAfter: 8, difference });
  });

  it('is not found by a run that broke down, nor by one without a difference', () => {
    const failure = { failure: 'Error: no answer' };
    expect(proofOf('a fault', { ...found, difference: failure }).foundAfter).toBeUndefined();
    expect(proofOf('a fault', undefined).foundAfter).toBeUndefined();
  });
});

describe('a document', () => {
  const picking = (value: number) => new Picks(((make: () => object) => (make(), value)) as never);

  it('has no mistake where the choices are the simplest, and one where they are not', () => {
    expect(broken('{ id }', picking(0))).toBe('{ id }');
    expect(broken('{ id }', picking(51))).toBe('{ idd }');
  });
});
