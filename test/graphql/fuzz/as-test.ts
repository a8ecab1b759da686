import type { Counterexample } from './fuzz.ts';

/** A counterexample as a spec of this folder: it fails until the gateway is mended. */
export function asTest({ number, seed, operation, difference }: Counterexample): string {
  const way = 'way' in difference ? difference.way : 'any way';
  return `import { expect, it } from '@jest/globals';
import { Differential } from './differential.ts';
import type { GraphqlRequest } from './documents.ts';

it('document ${number} is answered as graphql-js answers it, by ${way}', async () => {
  const request = ${JSON.stringify(operation, null, 2).replaceAll('\n', '\n  ')} as GraphqlRequest;
  const differential = await Differential.open();
  const difference = await differential.differenceIn(request, ${JSON.stringify(seed)}, differential.ways);
  await differential.close();
  expect(difference).toBeUndefined();
}, 60_000);`;
}
