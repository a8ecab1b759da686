import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const FIXTURE = fileURLToPath(new URL('./settle-memory.fixture.ts', import.meta.url));
/** V8 says when it will collect because nothing happens; what it would wait is shortened, and it looks at once. */
const REPORTING = [
  '--trace-memory-reducer',
  '--memory-reducer-delay-ms=1000',
  '--gc-memory-reducer-start-delay-ms=1',
];

describe('a process whose memory has settled', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  function start() {
    const started = spawn(process.execPath, [...REPORTING, '-C', 'atrium', FIXTURE], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    child = started;
    return started;
  }

  it('has given back what only its start needed', async () => {
    const started = start();
    await once(started, 'message');
    const [{ before, after }] = (await once(started, 'message')) as [{ before: number; after: number }];
    expect(after).toBeLessThan(before * 0.8);
  });

  it('does not collect because nothing happens for some seconds', async () => {
    const started = start();
    const waits = async () => {
      for await (const line of createInterface(started.stdout!)) {
        const [, ms] = /waiting for (\d+) ms/.exec(line) ?? [];
        if (ms !== undefined && Number(ms) !== 1_000) return Number(ms);
      }
      return undefined;
    };
    expect(await waits()).toBeGreaterThan(20 * 24 * 3_600_000);
  });
});
