import { parseArgs } from 'node:util';
import { Differential } from './differential.ts';
import { fuzz } from './fuzz.ts';

// `npm run fuzz -- --documents N --seed S --from K`: compares N documents of a seed on every way, from the Kth on.
const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const numbers = { documents: Number(values.documents), seed: Number(values.seed), from: Number(values.from) };
if (!Object.values(numbers).every(Number.isSafeInteger))
  throw new Error('documents, seed and from must be whole numbers');

const range = { ...numbers, ways: 'all' as const };

const differential = await Differential.open();
const started = performance.now();
const { counterexample, histogram } = await fuzz(differential, range, (number) => {
  const done = number - range.from + 1;
  if (done % 100) return;
  const perSecond = (done / (performance.now() - started)) * 1_000;
  process.stderr.write(
    `${done} of ${range.documents}, ${perSecond.toFixed(0)}/s; go on with --from ${number + 1}\n`,
  );
});
await differential.close();
process.stdout.write(`${JSON.stringify({ ...range, ...histogram, counterexample }, null, 2)}\n`);
process.exitCode = counterexample ? 1 : 0;
