import * as fc from 'fast-check';
import { Kind, parse, validate, visit } from 'graphql';
import { type Differential, type Way, WAYS } from './differential.ts';
import { type Asked, documentsOver } from './documents.ts';

/** Which documents: so many of a seed, from one on. */
export interface Range {
  documents: number;
  seed: number;
  from: number;
  /** On all ways, or on two that follow from the number of the document. */
  ways: 'all' | 'two';
}

/** What the documents were like. */
export interface Histogram {
  documents: number;
  valid: number;
  withErrorOrNull: number;
  medianFields: number;
}

/** The first document that is answered otherwise than by graphql-js, shrunk. */
export interface Counterexample {
  number: number;
  asked: Asked;
  difference: object;
}

/** Compares random documents until one differs. @param progress is called after each document with its number */
export async function fuzz(
  differential: Differential,
  { documents, seed, from, ways }: Range,
  progress: (number: number) => void = () => {},
): Promise<{ counterexample?: Counterexample; histogram: Histogram }> {
  const fields: number[] = [];
  const histogram = { documents: 0, valid: 0, withErrorOrNull: 0, medianFields: 0 };
  const arbitrary = documentsOver(differential.schema);
  for (let number = from; number < from + documents; number += 1) {
    const own = `${seed}/${number}`;
    const those = ways === 'all' ? WAYS : twoOf(number);
    let difference: object | undefined;
    const agrees = fc.asyncProperty(arbitrary, async (asked) => {
      const found = await differential.differenceIn(asked, own, those);
      difference = found ?? difference;
      return !found;
    });
    const parameters = { seed: seed * 1_000_003 + number, numRuns: 1 };
    const { failed, counterexample, errorInstance } = await fc.check(agrees, parameters);
    if (failed) {
      const [asked] = counterexample!;
      const failure = difference ?? { failure: String(errorInstance) };
      return { counterexample: { number, asked, difference: failure }, histogram };
    }
    const [asked] = fc.sample(arbitrary, parameters) as [Asked];
    const { data, errors } = await differential.reference(asked);
    const size = sizeOf(asked, differential);
    histogram.documents += 1;
    if (size !== undefined) fields.push(size);
    if (size !== undefined) histogram.valid += 1;
    if (errors.length || data?.includes('null')) histogram.withErrorOrNull += 1;
    progress(number);
  }
  histogram.medianFields = fields.sort((a, b) => a - b)[fields.length >> 1] ?? 0;
  return { histogram };
}

/** Each pair of ways in turn. */
function twoOf(number: number): Way[] {
  const first = number % WAYS.length;
  const step = 1 + (Math.floor(number / WAYS.length) % (WAYS.length - 1));
  return [WAYS[first]!, WAYS[(first + step) % WAYS.length]!];
}

/** How many fields are written in a valid document; undefined for one that is not. */
function sizeOf({ query }: Asked, { schema }: Differential): number | undefined {
  try {
    const document = parse(query);
    if (validate(schema, document).length) return undefined;
    let fields = 0;
    visit(document, { [Kind.FIELD]: () => void (fields += 1) });
    return fields;
  } catch {
    return undefined;
  }
}
