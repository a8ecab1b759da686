import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtEntry } from '#test/support/build';
import type { Figures } from '#test/support/neighbours/figures';
import { type NeighbourProgram, sourceOf } from '#test/support/neighbours/programs';
import { EXIT_USAGE } from './launcher/read-options.ts';
import { figuresTable } from './neighbours/figures-table.ts';
import { installPackages } from './neighbours/install.ts';
import { failedOf, jest } from './neighbours/jest.ts';
import { type Options, readOptions } from './neighbours/options.ts';
import { outcomeText, runSpecs } from './neighbours/run-specs.ts';
import { specsOf } from './neighbours/specs.ts';

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

/** Runs the tests. @returns the exit code */
async function tested({ groups, isFull, isStockKeepalive, workers, retries }: Options): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-neighbours-'));
  const file = join(folder, 'figures.jsonl');
  const env = { NEIGHBOURS_TABLE: file, ...(isFull ? { NEIGHBOURS_ALL: '1' } : {}) };
  process.stdout.write('Building what has changed …\n');
  // The first test that starts the gateway would wait for it within its own time.
  await builtEntry('gateway');
  try {
    if (isStockKeepalive) return await jest(['--runInBand', '--testMatch', '**/stock-keepalive.long.ts'], env);
    const outcome = await runSpecs(specsOf(FOLDER, groups, isFull), { workers, retries }, (files, atOnce) =>
      failedOf(files, atOnce, env),
    );
    printFigures(file);
    process.stdout.write(outcomeText(outcome));
    return outcome.failed.length ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function printFigures(file: string): void {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  process.stdout.write(`\n${figuresTable(lines.map((line) => JSON.parse(line) as Figures))}\n`);
}

const options = optionsOf(process.argv.slice(2));
if (!options) process.exitCode = EXIT_USAGE;
else if (options.help) process.stdout.write(options.help);
else if (!(await isEquipped(options))) process.exitCode = 1;
else process.exitCode = await tested(options);
