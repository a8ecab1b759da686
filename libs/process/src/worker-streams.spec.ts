import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const FIXTURE = fileURLToPath(new URL('./workers.fixture.ts', import.meta.url));

describe('a query of one worker to another', () => {
  let program: ChildProcess;
  let port: number;
  const pids: number[] = [];
  beforeAll(async () => {
    program = spawn(process.execPath, ['-C', 'atrium', FIXTURE], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let ready = 0;
    program.on('message', (line: { message: string; pid?: number; port?: number }) => {
      if (line.message === 'forked') pids.push(line.pid!);
      port ||= line.port ?? 0;
      if (line.message === 'listening') ready += 1;
    });
    while (ready < 2) await once(program, 'message');
  });
  afterAll(async () => {
    program.kill();
    await once(program, 'exit');
  });

  /** Over a connection of its own, so that the workers take turns. */
  const query = (pid: number, what: string) =>
    fetch(`http://127.0.0.1:${port}/query/${pid}/${what}`, { headers: { connection: 'close' } });

  it('is answered by the one that it names, whole, whichever sends it', async () => {
    for (const pid of [...pids, ...pids]) {
      const text = await (await query(pid, 'tell')).text();
      expect([text.length, new Set(text.match(/\d+/g))]).toEqual([1_000_000, new Set([`${pid}`])]);
    }
  });

  it('is refused with the reason that it gives', async () => {
    const answer = await query(pids[1]!, 'refuse');
    expect([answer.status, await answer.json()]).toEqual([409, { pid: pids[1] }]);
  });

  it('has an error where there is no such worker', async () => {
    expect((await query(1, 'tell')).status).toBe(503);
  });

  it('has an error, and no shorter answer, if the worker ends before it has answered', async () => {
    // Whichever is queried first breaks its answer; the other one may find that it has ended.
    const outcomes = await Promise.all(
      [0, 1].map(async () => {
        try {
          const answer = await query(pids[0]!, 'break');
          await answer.text();
          return answer.status;
        } catch {
          return 'broken';
        }
      }),
    );
    expect(outcomes).toContain('broken');
    expect(outcomes).not.toContain(200);
  });
});
