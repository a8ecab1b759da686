import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const FIXTURE = fileURLToPath(new URL('./standard-output.fixture.ts', import.meta.url));

describe('a process that logs', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  async function logged(pipe = '') {
    const started = spawn(process.execPath, ['-C', 'atrium', FIXTURE, pipe], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
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

  it('writes on when a slow reader has room again, without another line', async () => {
    const started = await logged('non-blocking');
    let lines = 0;
    started.stdout!.on('data', (data: Buffer) => (lines += data.toString().split('\n').length - 1));
    while (lines < 20_000) await once(started.stdout!, 'data');
    started.kill('SIGKILL');
  });
});
