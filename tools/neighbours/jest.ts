import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** The part of jest's report (`--json`) that is read here. */
interface Report {
  testResults: { name: string; status: 'passed' | 'failed' }[];
}

/** Runs jest with the neighbours' configuration, and resolves to its exit code. */
export async function jest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const flags = [
    '-C',
    'atrium',
    '--no-warnings',
    '--experimental-vm-modules',
    '--max-semi-space-size=64',
    '--single-threaded-gc',
  ];
  const program = [...flags, 'node_modules/jest/bin/jest.js'];
  const child = spawn(
    process.execPath,
    [...program, '--config', 'jest.neighbours.config.js', '--verbose', ...args],
    {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    },
  );
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? 1;
}

/**
 * Runs files with jest, `workers` at once.
 * @returns those that failed
 * @throws {Error} if jest ends without a report, or fails without a failed file
 */
export async function failedOf(
  files: readonly string[],
  workers: number,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-report-'));
  const report = join(folder, 'report.json');
  try {
    const atOnce = workers > 1 ? `--maxWorkers=${workers}` : '--runInBand';
    const exitCode = await jest([atOnce, '--json', `--outputFile=${report}`, '--runTestsByPath', ...files], env);
    if (!existsSync(report)) throw new Error(`jest ended without a report (exit code ${exitCode})`);
    const failed = failedIn(readFileSync(report, 'utf8'));
    if (exitCode !== 0 && !failed.length)
      throw new Error(`jest failed without a failed file (exit code ${exitCode})`);
    return failed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The failed files of a report of jest, as paths from this folder. */
export const failedIn = (report: string): string[] =>
  (JSON.parse(report) as Report).testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => relative('.', name));
