import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { describeStorages, environmentFor } from '#libs/testing';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startProcess(environment: Record<string, string>): ChildProcess {
  const child = fork(new URL('./main.ts', import.meta.url), [], {
    execArgv: ['-C', 'atrium', '--import', './tools/swc-register.mjs'],
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  return child;
}

describe('a users process with an invalid configuration', () => {
  it('names every invalid setting and exits with 78 before it opens any resource', async () => {
    const child = startProcess({ PORT: 'eighty', LOG_LEVEL: 'loud', INTERNAL_TOKEN_KEY: 'short' });
    const stderr = text(child.stderr!);
    const [code] = await once(child, 'exit');
    expect(code).toBe(78);
    expect(await stderr).toMatch(/PORT: .*\n.*LOG_LEVEL: .*\n.*INTERNAL_TOKEN_KEY: /);
  });

  it('names a port that is in use, once, and exits with 1', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'atrium-data-'));
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const { port } = taken.address() as AddressInfo;
      const child = startProcess(environmentFor({ dataDir }, { PORT: `${port}`, LOG_LEVEL: 'error' }));
      const [stdout, stderr] = [text(child.stdout!), text(child.stderr!)];
      const [code] = await once(child, 'exit');
      expect(code).toBe(1);
      expect(await stderr).toContain(`Port ${port} is in use. Set PORT`);
      expect(await stdout).toBe('');
    } finally {
      taken.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describeStorages('the users process', (storage) => {
  it('completes requests in flight on SIGTERM, then exits with 0', async () => {
    const child = startProcess(environmentFor(await storage.fresh(), { LOG_LEVEL: 'info' }));
    const url = await listeningAt(child);
    const token = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY).sign({ scopes: [] }, 'users');
    const body = JSON.stringify({ email: 'nobody@example.com', password: 'nothing' });
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    const pending = request(`${url}/credential-checks`, {
      method: 'POST',
      agent: new Agent(),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': body.length,
        expect: '100-continue',
      },
    });
    await Promise.all([once(pending, 'continue'), once(idle, 'connect')]);
    const answered = once(pending, 'response') as Promise<[IncomingMessage]>;
    child.kill('SIGTERM');
    await once(idle, 'close');
    pending.end(body);
    const [answer] = await answered;
    expect([answer.statusCode, await text(answer)]).toEqual([200, '{"user":null}']);
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    expect(code).toBe(0);
  });
});

/** The address in the log line of its start. */
async function listeningAt(child: ChildProcess): Promise<string> {
  let stderr = '';
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    stderr += chunk;
    const url = /"url":"([^"]+)"/.exec(stderr)?.[1];
    if (url) return url;
  }
  throw new Error(`it did not start: ${stderr}`);
}
