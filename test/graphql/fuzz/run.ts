import { parseArgs } from 'node:util';
import { asTest } from './as-test.ts';
import { Differential } from './differential.ts';
import { FAULTS } from './faults.ts';
import { fuzz } from './fuzz.ts';
import { Progress } from './progress.ts';
import { prove } from './prove.ts';

// `npm run fuzz -- --documents N --seed S --from K`: compares N documents of a seed on every way, from the Kth on.
// `npm run fuzz -- --prove`: puts back faults one at a time, each of which must be found; `--only TEXT` those with a text in their names.
const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    ways: { type: 'string', default: 'all' },
    prove: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    // Leaves a counterexample as large as it was found.
    whole: { type: 'boolean', default: false },
  },
});
const [documents, seed, from] = [values.documents, values.seed, values.from].map(Number) as [
  number,
  number,
  number,
];
if (![documents, seed, from].every(Number.isSafeInteger))
  throw new Error('documents, seed and from must be whole numbers');
if (values.ways !== 'all' && values.ways !== 'two') throw new Error('ways must be all or two');

// Most errors here are expected, and to find where each was thrown costs more than to throw it.
Error.stackTraceLimit = 2;
process.exitCode = values.prove ? await proved() : await compared(values.ways);

async function proved(): Promise<number> {
  const faults = FAULTS.filter(({ name }) => name.includes(values.only));
  const all = await prove({ documents, seed, faults }, ({ name, foundAfter }) => {
    const words = foundAfter ? `found after ${foundAfter}` : `NOT FOUND in ${documents}`;
    process.stdout.write(`${words}: ${name}\n`);
  });
  return all.every(({ foundAfter }) => foundAfter) ? 0 : 1;
}

async function compared(ways: 'all' | 'two'): Promise<number> {
  const range = { documents, seed, from, ways };
  const differential = await Differential.open();
  const progress = new Progress(range, (line) => void process.stderr.write(`${line}\n`));
  const isShrunk = !values.whole;
  const { counterexample, summary } = await fuzz(differential, { ...range, isShrunk }, (number) =>
    progress.note(number),
  );
  await differential.close();
  process.stdout.write(`${JSON.stringify({ ...range, ...summary, counterexample }, null, 2)}\n`);
  if (counterexample) process.stderr.write(`\n${asTest(counterexample)}\n`);
  return counterexample ? 1 : 0;
}
