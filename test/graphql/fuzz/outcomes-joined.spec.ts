import { describe, expect, it } from '@jest/globals';
import type { OperationTypeNode } from 'graphql';
import { asTest } from './as-test.ts';
import { broken } from './broken.ts';
import { Histogram } from './histogram.ts';
import { Picks } from './picks.ts';
import { Progress } from './progress.ts';

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

  it('is a counterexample as a spec that can be run', () => {
    const difference = { way: 'GET', time: 4, expected: 1, got: 2 };
    const spec = asTest({ number: 7, seed: '1/7', operation, difference });
    const [, written] = /const asked = ([^]*?) as Asked;/.exec(spec)!;
    expect(JSON.parse(written!)).toEqual(operation);
    expect(spec).toContain('differenceIn(asked, "1/7", differential.ways)');
    expect(spec).toContain('by GET');
  });
});

describe('a document', () => {
  const picking = (value: number) => new Picks(((make: () => object) => (make(), value)) as never);

  it('has no mistake where the choices are the simplest, and one where they are not', () => {
    expect(broken('{ id }', picking(0))).toBe('{ id }');
    expect(broken('{ id }', picking(51))).toBe('{ idd }');
  });
});
