import { readOptions, refuseUsage } from '#tools/launcher/read-options';
import { FAULTS } from './faults.ts';

const HELP = `Compares random documents with graphql-js, on every way to the gateway; prints the first that differs as a test.

  npm run fuzz -- [--documents 2000] [--seed 1] [--from 0] [--ways all|two] [--whole]
  npm run fuzz -- --prove [--only TEXT] [--documents 2000] [--seed 1]

  --documents  how many; on all ways some 15 a second
  --seed       the same one makes the same documents
  --from       the number of the first: goes on where a run was broken off
  --ways       all, or two for each document
  --whole      leaves a counterexample as large as it was found
  --prove      puts back faults one at a time, each of which must be found
  --only       those with a text in their names
`;

const { values } = readOptions(HELP, {
  options: {
    documents: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    ways: { type: 'string', default: 'all' },
    whole: { type: 'boolean', default: false },
    prove: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

/** What the command is asked for. The process ends with exit code 64 for anything else. */
export const options = {
  documents: wholeNumber('documents', 1),
  seed: wholeNumber('seed', 0),
  from: wholeNumber('from', 0),
  ways: ways(),
  isWhole: values.whole,
  faults: values.prove ? faultsNamed(values.only) : undefined,
};

function ways(): 'all' | 'two' {
  if (values.ways === 'all' || values.ways === 'two') return values.ways;
  return refuse('--ways must be all or two.');
}

function wholeNumber(name: 'documents' | 'seed' | 'from', min: number): number {
  const number = values[name] === '' ? Number.NaN : Number(values[name]);
  const isRight = Number.isSafeInteger(number) && number >= min;
  return isRight ? number : refuse(`--${name} must be a whole number from ${min} on.`);
}

function faultsNamed(text: string) {
  const faults = FAULTS.filter(({ name }) => name.includes(text));
  if (faults.length) return faults;
  return refuse(`No fault has "${text}" in its name:\n${FAULTS.map(({ name }) => `  ${name}`).join('\n')}`);
}

function refuse(message: string): never {
  return refuseUsage(HELP, message);
}
