import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const FIXTURE = fileURLToPath(new URL('./standard-output.fixture.ts', import.meta.url));

describe('a process that logs', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  async function logged() {
    const started = spawn(process.execPath, ['-C', 'atrium', FIXTURE], {
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

  it('has written every line by its end, where somebody reads', async () => {
    const started = await logged();
    let lines = 0;
    started.stdout!.on('data', (data: Buffer) => (lines += data.toString().split('\n').length - 1));
    started.send('end');
    await once(started, 'close');
    expect(lines).toBe(20_000);
  });
});
