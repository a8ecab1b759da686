import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { readOptions } from './launcher/read-options.ts';
import { difference, outputIn, withOutput } from './study/page.ts';
import { filesOf, type Proof, proofs } from './study/proofs.ts';

const TIMEOUT_MS = 60_000;
/** The exit code of a proof that does without the packages of study/packages/package.json, as in study/support/packages.ts. */
const NOT_INSTALLED = 75;
/** The file through which proofs load those packages. */
const PACKAGES = 'study/support/packages.ts';

/** The longest that all proofs may take in CI. */
const MAX_TOTAL_MS = 120_000;

const HELP = `npm run study [-- NAME …] [--write] [--node 22]

Runs the proofs of docs/study, all or those named, and compares their output with their pages.

  --write    writes the output to the pages
  --node 22  runs the proofs by that release of Node; 22 and 24 are in study/packages
  --help     prints this
`;

const { values, positionals } = readOptions(HELP, {
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false }, node: { type: 'string' } },
});
const selected = proofs().filter(
  ({ name }) => !positionals.length || positionals.some((one) => name === one.replace(/^\d\d-/, '')),
);
if (!selected.length) {
  process.stderr.write(
    `Proofs: ${proofs()
      .map(({ name }) => name)
      .join(', ')}\n`,
  );
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const env: NodeJS.ProcessEnv = {
  ...process.env,
  ...installedPackages(selected),
  STUDY_NODE: process.execPath,
  STUDY_MAJOR: process.versions.node.split('.')[0],
};
const node = values.node === undefined ? process.execPath : nodeOf(values.node);
const startedAt = performance.now();
const [failed, notRun]: [string[], string[]] = [[], []];
for (const proof of selected) {
  const outcome = await outcomeOf(proof);
  if (outcome === 'failed') failed.push(proof.name);
  if (outcome === 'not run') notRun.push(proof.name);
}
const passed = selected.length - failed.length - notRun.length;
const totalMs = performance.now() - startedAt;
process.stdout.write(`\n${passed} of ${selected.length} proofs passed in ${(totalMs / 1000).toFixed(0)} s.\n`);
if (totalMs > MAX_TOTAL_MS) process.stdout.write(`They took longer than ${MAX_TOTAL_MS / 1000} s.\n`);
if (notRun.length) process.stdout.write(`Not run: ${notRun.join(', ')}\n`);
if (failed.length) process.stdout.write(`Failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length || (notRun.length && process.env['CI'] === 'true') ? 1 : 0;

/** Runs a proof and compares its output with the page. */
async function outcomeOf({ name, file, page }: Proof): Promise<'passed' | 'failed' | 'not run'> {
  process.stdout.write(styleText('bold', `\n${name}`) + ` (${page})\n`);
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'atrium-study-'));
  // PostgreSQL runs as another user there.
  chmodSync(folder, 0o711);
  const child = spawn(
    node,
    ['-C', 'atrium', '--no-warnings', '--expose-gc', '--import', './tools/swc-register.mjs', file],
    // A group of its own, so that servers that it has started end with it.
    { env: { ...env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const end = () => {
    endGroup(child.pid!);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const late = setTimeout(end, TIMEOUT_MS);
  process.once('exit', end);
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit').finally(end)]);
  process.off('exit', end);
  clearTimeout(late);
  process.stdout.write(output);
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  if (exitCode === NOT_INSTALLED) {
    process.stdout.write(styleText('yellow', `${name}: not run without its packages\n`));
    return 'not run';
  }
  const wrong = exitCode === 0 ? compared(page, output) : `exit code ${exitCode ?? 'none: it was ended'}`;
  process.stdout.write(
    wrong ? styleText('red', `${name}: FAILED after ${seconds}: ${wrong}\n`) : `${name}: passed in ${seconds}\n`,
  );
  return wrong ? 'failed' : 'passed';
}

/** The program of a release of Node that study/packages has. */
function nodeOf(major: string): string {
  const path = join(env['STUDY_PACKAGES'] ?? '', `node_modules/node-${major}/bin/node`);
  if (existsSync(path)) return path;
  process.stderr.write(`Node ${major} is not installed: study/packages has 22 and 24, for Linux on x64\n`);
  process.exit(2);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All have ended.
  }
}

function compared(page: string, output: string): string | undefined {
  const written = existsSync(page) ? readFileSync(page, 'utf8') : '';
  if (values.write && written) writeFileSync(page, withOutput(written, output));
  const expected = values.write ? output : outputIn(written);
  return expected === undefined ? `${page} shows no output` : difference(expected, output);
}

/** Installs the packages, if a proof needs them. Their folder, or why there is none, is given to the proofs. */
function installedPackages(some: readonly Proof[]): NodeJS.ProcessEnv {
  if (values.node === undefined && !some.some(({ file }) => filesOf(file).has(PACKAGES))) return {};
  const packages = new NpmFolder('study/packages');
  try {
    packages.install();
    return { STUDY_PACKAGES: packages.path };
  } catch (error) {
    return { STUDY_PACKAGES_FAILURE: (error as Error).message.trim().split('\n').slice(0, 4).join(' ') };
  }
}
