import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Fault, FAULTS } from './faults.ts';
import type { Counterexample } from './fuzz.ts';
import type { Summary } from './histogram.ts';

/** What became of a fault that was put back. */
export interface Proof {
  name: string;
  /** How many documents it took; undefined where none of them found it. */
  foundAfter: number | undefined;
  difference?: Counterexample['difference'];
}

/** A run that broke down has found nothing: it might for any reason. */
export function proofOf(name: string, counterexample: Counterexample | undefined): Proof {
  const { number, difference } = counterexample ?? {};
  const isFound = difference !== undefined && 'way' in difference;
  return { name, foundAfter: isFound ? number! + 1 : undefined, difference };
}

const run = promisify(execFile);

/**
 * Puts back the faults one at a time, each in a process of its own, and looks for it on two ways a document, as `npm test` does.
 * @param found is called with each
 */
export async function prove(
  { documents, seed, faults = FAULTS }: { documents: number; seed: number; faults?: readonly Fault[] },
  found: (proof: Proof) => void = () => {},
): Promise<Proof[]> {
  const all: Proof[] = [];
  for (const { name } of faults) {
    const script = ['-C', 'atrium', '--import', './tools/swc-register.mjs', 'test/graphql/fuzz/put-back.ts'];
    const range = ['--documents', `${documents}`, '--seed', `${seed}`, '--ways', 'two', '--whole'];
    const env = { ...process.env, NODE_ENV: 'production' };
    const { stdout } = await run(process.execPath, [...script, name, ...range], { env }).catch(
      (failed: { stdout: string; stderr: string }) => {
        if (!failed.stdout) throw new Error(failed.stderr);
        return failed;
      },
    );
    const { counterexample } = JSON.parse(stdout) as Summary & { counterexample?: Counterexample };
    const proof = proofOf(name, counterexample);
    all.push(proof);
    found(proof);
  }
  return all;
}
