import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from '#test/support/neighbours/figures';
import { type NeighbourProgram, sourceOf } from '#test/support/neighbours/programs';
import { figuresTable } from './neighbours/figures-table.ts';
import { installPackages } from './neighbours/install.ts';
import { type Options, readOptions } from './neighbours/options.ts';

// Runs the tests against third-party programs, and then prints the results of each client as a table.
const FOLDER = 'test/neighbours';

function optionsOf(args: readonly string[]): Options | undefined {
  const entries = readdirSync(FOLDER, { withFileTypes: true });
  const groups = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  try {
    return readOptions(args, groups.sort());
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return undefined;
  }
}

async function programsOf({ groups, isFull }: Options): Promise<NeighbourProgram[]> {
  const found = new Set<NeighbourProgram>();
  for (const group of groups) {
    const { programs } = (await import(`#test/neighbours/${group}/programs`)) as {
      programs: Record<'quick' | 'full', NeighbourProgram[]>;
    };
    for (const program of [...programs.quick, ...(isFull ? programs.full : [])]) found.add(program);
  }
  return [...found];
}

const missingOf = (programs: readonly NeighbourProgram[]) => programs.filter(({ version }) => !version());

/** @throws {Error} if it cannot be installed */
function install(programs: readonly NeighbourProgram[]): void {
  const packages = programs.flatMap((program) => program.packages);
  if (packages.length) installPackages(packages);
  for (const folder of new Set(programs.flatMap(({ npm }) => npm ?? []))) folder.install();
}

/** Whether the run may start: all programs are installed, or may be missing. */
async function isEquipped(options: Options): Promise<boolean> {
  const programs = await programsOf(options);
  const absent = missingOf(programs);
  if (options.mayInstall) install(absent);
  for (const { name, version } of programs) process.stdout.write(`${name} ${version() ?? 'is missing'}\n`);
  const missing = missingOf(programs);
  for (const program of missing)
    process.stderr.write(`Tests with ${program.name} are skipped: ${sourceOf(program)} has it\n`);
  return !missing.length || process.env['CI'] !== 'true';
}

/** Runs node with these arguments, and resolves to its exit code. */
async function ran(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, ['-C', 'atrium', '--no-warnings', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? 1;
}

async function tested({ groups, isFull, isStockKeepalive }: Options): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-neighbours-'));
  const file = join(folder, 'figures.jsonl');
  const paths = groups.map((group) => `${FOLDER}/${group}/`);
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  const env = { NEIGHBOURS_TABLE: file, ...(isFull ? { NEIGHBOURS_ALL: '1' } : {}) };
  const args = ['--config', 'jest.neighbours.config.js', '--runInBand', '--verbose', ...paths];
  if (isStockKeepalive) args.push('--testMatch', '**/stock-keepalive.long.ts');
  const exitCode = await ran([...jest, ...args], env);
  if (existsSync(file)) {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    process.stdout.write(`\n${figuresTable(lines.map((line) => JSON.parse(line) as Figures))}\n`);
  }
  rmSync(folder, { recursive: true });
  return exitCode;
}

const options = optionsOf(process.argv.slice(2));
if (!options) process.exitCode = 1;
else if (options.help) process.stdout.write(options.help);
else if (!(await isEquipped(options))) process.exitCode = 1;
else process.exitCode = await tested(options);
