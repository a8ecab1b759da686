import { options } from './options.ts';
import { asTest } from './as-test.ts';
import { Differential } from './differential.ts';
import type { Fault } from './faults.ts';
import { fuzz } from './fuzz.ts';
import { Progress } from './progress.ts';
import { prove } from './prove.ts';

const { faults, documents, seed, from, ways, isWhole } = options;

// Most errors here are expected, and to find where each was thrown costs more than to throw it.
Error.stackTraceLimit = 2;
process.exitCode = faults ? await proved(faults) : await compared();

async function proved(them: readonly Fault[]): Promise<number> {
  const all = await prove({ documents, seed, faults: them }, ({ name, foundAfter, difference }) => {
    const words = foundAfter ? `found after ${foundAfter}` : `NOT FOUND in ${documents}`;
    const failure = difference && 'failure' in difference ? `\n${difference.failure}` : '';
    process.stdout.write(`${words}: ${name}${failure}\n`);
  });
  return all.every(({ foundAfter }) => foundAfter) ? 0 : 1;
}

async function compared(): Promise<number> {
  const range = { documents, seed, from, ways };
  const differential = await Differential.open();
  const progress = new Progress(range, (line) => void process.stderr.write(`${line}\n`));
  const { counterexample, summary } = await fuzz(differential, { ...range, isShrunk: !isWhole }, (number) =>
    progress.note(number),
  );
  await differential.close();
  process.stdout.write(`${JSON.stringify({ ...range, ...summary, counterexample }, null, 2)}\n`);
  if (counterexample) process.stderr.write(`\n${asTest(counterexample)}\n`);
  return counterexample ? 1 : 0;
}
