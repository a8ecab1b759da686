import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const FIXTURE = fileURLToPath(new URL('./pm2-log.fixture.ts', import.meta.url));

describe('the log of a process under PM2', () => {
  let folder: string;
  let file: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-pm2-log-'));
    file = join(folder, 'out.log');
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  function start(...options: string[]) {
    child = spawn(process.execPath, ['-C', 'atrium', FIXTURE, ...options], {
      env: { PATH: process.env['PATH'], pm_out_log_path: file },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    return { child, output: text(child.stdout!) };
  }
  /** The numbers of the lines, in order. */
  const numbersOf = (lines: string) =>
    lines
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { n: number }).n);
  /** On a busy machine what is under way to the file as the process ends follows what is written then. */
  const inOrder = (numbers: number[]) => numbers.toSorted((one, other) => one - other);
  /** Resolves once so many lines more have been logged. */
  async function logged(process: ChildProcess, count: number): Promise<void> {
    const [first] = (await once(process, 'message')) as [number];
    for (let n = first; n < first + count; [n] = (await once(process, 'message')) as [number]);
  }

  it('is in the file of PM2 in cluster mode, to the last line, and not in the output of its daemon', async () => {
    const { child, output } = start('--cluster');
    await logged(child, 1_000);
    child.send('end');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const lines = readFileSync(file, 'utf8');
    expect(inOrder(numbersOf(lines))).toEqual(numbersOf(lines).map((_, n) => n));
    expect(lines).toMatch(/"msg":"last"\}\n/);
    expect(await output).toBe('');
  });

  it('goes on in a new file at `pm2 reloadLogs`, without a gap', async () => {
    const { child } = start('--cluster');
    await logged(child, 1_000);
    for (const name of ['first', 'second']) {
      renameSync(file, join(folder, name));
      child.send({ type: 'log:reload' });
      while (!existsSync(file)) await logged(child, 1);
      await logged(child, 1_000);
    }
    child.send('end');
    await once(child, 'exit');
    const [first, second, third] = ['first', 'second', 'out.log'].map((name) =>
      numbersOf(readFileSync(join(folder, name), 'utf8')),
    );
    for (const part of [first, second, third]) expect(part!.length).toBeGreaterThan(100);
    const numbers = [...first!, ...second!, ...third!];
    expect(inOrder(numbers)).toEqual(numbers.map((_, n) => n));
  });

  it('is in standard output in fork mode, where PM2 reads it', async () => {
    const { child, output } = start();
    await logged(child, 1_000);
    child.send('end');
    expect(numbersOf(await output).length).toBeGreaterThan(1_000);
    expect(existsSync(file)).toBe(false);
  });
});
