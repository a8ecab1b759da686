import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { assertPortFree, freePort, listening } from './port-in-use.ts';

it('returns no port twice, though no process listens yet', async () => {
  const ports = new Set<number>();
  for (let i = 0; i < 600; i += 1) ports.add(await freePort());
  expect(ports.size).toBe(600);
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a process of Linux', () => {
  it('returns no port that another process was given, though it does not listen yet', async () => {
    const code = `import { freePort } from ${JSON.stringify(resolve('libs/process/src/port-in-use.ts'))};
    const ports = [];
    while (ports.length < 600) ports.push(await freePort());
    process.send(ports);
    process.on('message', () => {});`;
    const other = spawn(process.execPath, ['--no-warnings', '--input-type=module-typescript', '-e', code], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    try {
      const [theirs] = (await once(other, 'message')) as [number[]];
      const own: number[] = [];
      while (own.length < 600) own.push(await freePort());
      expect(own.filter((port) => theirs.includes(port))).toEqual([]);
    } finally {
      other.kill();
    }
  });
});

describe('a server that cannot listen', () => {
  it('names the setting of its address', async () => {
    await expect(assertPortFree('nowhere.invalid', 0, 'PORT')).rejects.toThrow(
      /^HOST is a name that has no address \((ENOTFOUND|EAI_AGAIN)\)\. Set it to an address of this machine, or 0\.0\.0\.0 for all\.$/,
    );
    // TEST-NET-3 of RFC 5737.
    await expect(assertPortFree('203.0.113.9', 0, 'ADMIN_PORT', 'ADMIN_HOST')).rejects.toThrow(
      'ADMIN_HOST is no address of this machine. Set it to one, or to 0.0.0.0 for all.',
    );
  });

  it('names the setting of a port that needs a privilege', async () => {
    const attempt = Promise.reject(Object.assign(new Error('listen EACCES'), { code: 'EACCES' }));
    await expect(listening(attempt, 80, 'PORT')).rejects.toThrow(
      'This process may not listen on port 80. Set PORT to 1024 or more, or give it CAP_NET_BIND_SERVICE.',
    );
  });
});
