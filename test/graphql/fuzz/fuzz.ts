import * as fc from 'fast-check';
import type { Difference, Differential } from './differential.ts';
import { type GraphqlRequest, documentsOver } from './documents.ts';
import { Histogram, type Summary } from './histogram.ts';
import type { Reference } from './reference.ts';
import type { Way } from './ways.ts';

/** Which documents: how many of a seed, and the number of the first. */
export interface Range {
  documents: number;
  seed: number;
  from: number;
  /** On all ways, or on two that follow from the number of the document. */
  ways: 'all' | 'two';
  /** Whether a counterexample is made as small as can be. */
  isShrunk?: boolean;
}

/** The first document that is answered otherwise than by graphql-js, shrunk. */
export interface Counterexample {
  number: number;
  seed: string;
  operation: GraphqlRequest;
  difference: Difference | { failure: string };
}

/** A counterexample is made smaller for so long at most, in milliseconds. */
const SHRINK_MS = 60_000;

/** Compares random documents until one differs. @param progress is called after each document with its number */
export async function fuzz(
  differential: Differential,
  { documents, seed, from, ways, isShrunk = true }: Range,
  progress: (number: number) => void = () => {},
): Promise<{ counterexample?: Counterexample; summary: Summary }> {
  const histogram = new Histogram();
  const arbitrary = documentsOver(differential.schema);
  for (let number = from; number < from + documents; number += 1) {
    const parameters = { seed: seed * 1_000_003 + number, numRuns: 1 };
    const own = `${seed}/${number}`;
    const [operation] = fc.sample(arbitrary, parameters) as [GraphqlRequest];
    const { reference } = await differential.variantOf(operation, own);
    const all = differential.ways.filter((way) => way.takes(operation, reference));
    const those = ways === 'all' ? all : twoOf(all, number, reference);
    const difference = await tried(differential, operation, own, those);
    if (difference) {
      const smallest = isShrunk && (await shrunk(differential, { arbitrary, parameters, seed: own, ways: those }));
      return {
        counterexample: { number, seed: own, ...(smallest || { operation, difference }) },
        summary: histogram.summary(),
      };
    }
    histogram.add(operation, reference, those);
    progress(number);
  }
  return { summary: histogram.summary() };
}

/** Each pair of ways in turn. What is refused is told in production too: that has words of its own, and takes little. */
function twoOf(all: readonly Way[], number: number, { outcome }: Reference): Way[] {
  const first = number % all.length;
  const step = 1 + (Math.floor(number / all.length) % Math.max(1, all.length - 1));
  const isRefused = outcome.data === undefined;
  return all.filter(
    ({ name }, index) =>
      index === first || index === (first + step) % all.length || (isRefused && name === 'production'),
  );
}

async function tried(
  differential: Differential,
  operation: GraphqlRequest,
  seed: string,
  ways: readonly Way[],
): Promise<Counterexample['difference'] | undefined> {
  try {
    return await differential.differenceIn(operation, seed, ways);
  } catch (error) {
    return { failure: String((error as Error).stack) };
  }
}

/** The same difference in the smallest document that it was found in. */
async function shrunk(
  differential: Differential,
  found: {
    arbitrary: fc.Arbitrary<GraphqlRequest>;
    parameters: fc.Parameters<[GraphqlRequest]>;
    seed: string;
    ways: readonly Way[];
  },
): Promise<{ operation: GraphqlRequest; difference: Counterexample['difference'] } | undefined> {
  let smallest: { operation: GraphqlRequest; difference: Counterexample['difference'] } | undefined;
  const agrees = fc.asyncProperty(found.arbitrary, async (operation) => {
    const difference = await tried(differential, operation, found.seed, found.ways);
    if (difference) smallest = { operation, difference };
    return !difference;
  });
  await fc.check(agrees, { ...found.parameters, interruptAfterTimeLimit: SHRINK_MS });
  return smallest;
}
