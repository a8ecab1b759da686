import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { whatIsDenied } from '#libs/confinement';
import { beforeAll, describe, expect, it } from '@jest/globals';

const FILE = resolve('libs/confinement/src/what-is-denied.ts');

/** Run by a Node that may read this file's folder, and nothing else: what it says of each attempt. */
const PROBE = `
import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
const { whatIsDenied } = await import(${JSON.stringify(FILE)});
const attempts = {
  read: () => readFileSync('/etc/hostname'),
  write: () => writeFileSync('/tmp/atrium-denied', ''),
  spawn: () => spawn('/bin/true'),
  thread: () => new Worker('', { eval: true }),
  connect: () => once(connect(9, '127.0.0.1'), 'connect'),
  listen: () => once(createServer().listen(0), 'listening'),
  resolve: () => lookup('localhost'),
  inspect: () => new Session().connect(),
  load: () => process.dlopen({ exports: {} }, '/native.node'),
};
const denials = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try { await attempt(); denials[name] = 'nothing'; } catch (error) { denials[name] = whatIsDenied(error); }
}
process.stdout.write(JSON.stringify(denials));
process.exit();
`;

describe('what a confined process is denied', () => {
  let denials: Record<string, string>;
  beforeAll(async () => {
    const args = ['--permission', `--allow-fs-read=${FILE}`, '--input-type=module', '--eval', PROBE];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    denials = JSON.parse(stdout) as typeof denials;
  });

  it.each([
    ['read', 'may not read /etc/hostname: --allow-fs-read=/etc/hostname'],
    ['write', 'may not write /tmp/atrium-denied: --allow-fs-write=/tmp/atrium-denied'],
    ['spawn', 'may not start /bin/true: --allow-child-process'],
    ['thread', 'may not start threads: --allow-worker'],
    ['connect', 'may not use the network: --allow-net'],
    ['listen', 'may not use the network: --allow-net'],
    ['resolve', 'may not use the network: --allow-net'],
    ['inspect', 'may not use the inspector: --allow-inspector'],
    ['load', 'may not load native code: --allow-addons'],
  ])('is named with the flag that would allow it: %s', (attempt, sentence) => {
    expect(denials[attempt]).toBe(`a confined process ${sentence} would allow it`);
  });

  it('is in the words of Node where there are none of ours, and nothing for other errors', () => {
    const error = Object.assign(new Error('Use --allow-wasi'), { code: 'ERR_ACCESS_DENIED', permission: 'WASI' });
    expect(whatIsDenied(error)).toBe('Use --allow-wasi');
    expect([new Error('other'), undefined, 'text'].map(whatIsDenied)).toEqual([undefined, undefined, undefined]);
  });
});
