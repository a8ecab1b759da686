import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from './launcher/read-options.ts';

interface Finding {
  row: string;
  what: string;
  goal: string;
  measured: string;
  isMet: boolean;
}

const HELP = `npm run test:faults [-- FILE …] [-t NAME]

Runs the tests of test/faults one after the other, for about an hour: services, databases and Redis are killed, stopped, slow
or wrong. Prints what was measured as a table at the end.

  FILE     these files alone, for example test/faults/killed
  -t NAME  tests with this name alone
`;
const { positionals, values } = readOptions(HELP, {
  allowPositionals: true,
  options: { testNamePattern: { type: 'string', short: 't' } },
});
const { testNamePattern } = values;
const chosen = [...positionals, ...(testNamePattern ? ['-t', testNamePattern] : [])];

// Runs the faults sequentially, and then prints the measurements as a table.
const folder = mkdtempSync(join(tmpdir(), 'atrium-faults-'));
const file = join(folder, 'findings.jsonl');
const jest = spawn(
  process.execPath,
  [
    '-C',
    'atrium',
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--config',
    'jest.faults.config.js',
    '--runInBand',
    ...chosen,
  ],
  { stdio: 'inherit', env: { ...process.env, FAULTS_TABLE: file } },
);
const [exitCode] = (await once(jest, 'close')) as [number | null];
if (existsSync(file)) print(readFileSync(file, 'utf8').trim().split('\n').map(parsed));
rmSync(folder, { recursive: true });
process.exitCode = exitCode ?? 1;

function print(findings: Finding[]): void {
  const [{ model } = { model: 'unknown' }] = cpus();
  const rows = findings.map(({ row, what, goal, measured, isMet }) => [
    row,
    what,
    goal,
    measured,
    isMet ? 'yes' : '**no**',
  ]);
  const lines = [['fault', 'what', 'goal', 'measured', 'met'], ['---', '---', '---', '---', '---'], ...rows];
  const command = ['npm run test:faults', chosen.join(' ')].filter(Boolean).join(' -- ');
  process.stdout.write(`\n${new Date().toISOString()}, \`${command}\`, ${cpus().length} × ${model}\n\n`);
  process.stdout.write(`${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
}

function parsed(line: string): Finding {
  return JSON.parse(line) as Finding;
}
