import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '#libs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';

const FIXTURE = fileURLToPath(new URL('./standard-output.fixture.ts', import.meta.url));

describe('a process that logs', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  async function logged(pipe = '', lines = 20_000, output: 'pipe' | number = 'pipe') {
    const started = spawn(process.execPath, ['-C', 'atrium', FIXTURE, pipe, `${lines}`], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', output, 'inherit', 'ipc'],
    });
    child = started;
    await once(started, 'message');
    return started;
  }

  it('ends where the reader of its log is gone', async () => {
    const started = await logged();
    started.stdout!.destroy();
    started.send('end');
    expect(await once(started, 'exit')).toEqual([0, null]);
  });

  it.each(['blocking', 'non-blocking'])(
    'has written every line by its end, where somebody reads: a %s pipe',
    async (pipe) => {
      const started = await logged(pipe);
      let text = '';
      started.stdout!.setEncoding('utf8').on('data', (data: string) => (text += data));
      started.send('end');
      await once(started, 'close');
      const numbers = text
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { n: number }).n);
      // A write that was under way may end among those of the end.
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
    },
  );

  it('ends where the reader of its log takes nothing', async () => {
    const started = await logged('non-blocking');
    started.stdout!.pause();
    started.send('end');
    expect(await once(started, 'exit')).toEqual([0, null]);
  });

  it('ends where nothing is taken from a pipe that blocks, as of a worker that shares it with others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-pipe-'));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    // Open for reading too, so that it has a reader.
    const pipe = openSync(path, 'r+');
    const started = await logged('blocking', 20_000, pipe);
    started.send('end');
    expect(await once(started, 'exit')).toEqual([0, null]);
    closeSync(pipe);
    rmSync(folder, { recursive: true });
  });

  it('logs how many lines a slow reader had no room for', async () => {
    const started = await logged('non-blocking', 60_000);
    let text = '';
    started.stdout!.setEncoding('utf8').on('data', (data: string) => (text += data));
    while (!text.includes('were lost')) await once(started.stdout!, 'data');
    const lines = text.split('\n').slice(0, -1);
    const last = JSON.parse(lines.at(-1)!) as { lines: number };
    expect(last).toMatchObject({ level: 'warn', lines: 60_000 - (lines.length - 1) });
    started.kill('SIGKILL');
  });

  it('writes on when a slow reader has room again, without another line', async () => {
    const started = await logged('non-blocking');
    let lines = 0;
    started.stdout!.on('data', (data: Buffer) => (lines += data.toString().split('\n').length - 1));
    await eventually(() => lines >= 20_000);
    started.kill('SIGKILL');
  });
});
