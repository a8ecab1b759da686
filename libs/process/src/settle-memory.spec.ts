import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';

const FIXTURE = fileURLToPath(new URL('./settle-memory.fixture.ts', import.meta.url));
const YOUNG = fileURLToPath(new URL('./young-objects.fixture.ts', import.meta.url));
/** V8 traces its idle garbage collections; its delay is shortened, so that it checks immediately. */
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

  it('has released the memory that only its start needed', async () => {
    const started = start();
    await once(started, 'message');
    const [{ before, after }] = (await once(started, 'message')) as [{ before: number; after: number }];
    expect(after).toBeLessThan(before * 0.8);
  });

  it('makes no idle garbage collection after some seconds', async () => {
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

  it('has all new objects in the young generation, however long earlier ones lived', async () => {
    const learned = async (...options: string[]) => {
      const { stdout } = await promisify(execFile)(process.execPath, ['-C', 'atrium', YOUNG, ...options]);
      return stdout.split('\n').filter((line) => line.includes('pretenuring:')).length;
    };
    expect(await learned()).toBeGreaterThan(0);
    expect(await learned('settled')).toBe(0);
  });
});
