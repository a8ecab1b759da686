import type { Specs } from './specs.ts';

/**
 * Runs spec files, `workers` at once.
 * @returns those that failed
 * @throws {Error} if it cannot tell
 */
export type Runner = (files: readonly string[], workers: number) => Promise<string[]>;

/** The files that did not pass at once. */
export interface Outcome {
  /** Those that failed in their last run. */
  failed: string[];
  /** Those that failed, and passed when they ran again. */
  passedAgain: string[];
}

/** How often failed files run again: peers are real, and so is a busy machine. What passes only then is listed. */
const RETRIES = 2;

/**
 * Runs specs: several at once those that may, then the others one at a time.
 * @param retries whether the failed files, and they only, run again, one at a time, at most twice
 * @throws {Error} if the runner does
 */
export async function runSpecs(
  { beside, alone }: Specs,
  { workers, retries }: { workers: number; retries: boolean },
  run: Runner,
): Promise<Outcome> {
  const runAny = async (files: readonly string[], atOnce: number): Promise<string[]> =>
    files.length ? run(files, atOnce) : [];
  const first = [...(await runAny(beside, workers)), ...(await runAny(alone, 1))];
  if (!retries) return { failed: first, passedAgain: [] };
  let failed = first;
  for (let run = 0; run < RETRIES; run += 1) failed = await runAny(failed, 1);
  return { failed, passedAgain: first.filter((file) => !failed.includes(file)) };
}

/** The lines at the end of a run; empty where every file passed at once. */
export function outcomeText({ failed, passedAgain }: Outcome): string {
  const list = (title: string, files: readonly string[]) =>
    files.length ? `\n${title}:\n${files.map((file) => `  ${file}\n`).join('')}` : '';
  return list('Passed only when run again', passedAgain) + list('Failed', failed);
}
