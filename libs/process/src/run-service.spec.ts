import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['-C', 'atrium', 'libs/process/src/run-service.fixture.ts', ...args], {
    encoding: 'utf8',
  });

describe('a service', () => {
  it.each(['--help', '-h'])('prints its help instead of starting: %s', (arg) => {
    expect(run(arg)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Starts books with /),
      stderr: '',
    });
  });

  it.each(['--port=3001', 'books'])('starts with no argument that it would ignore: %s', (arg) => {
    expect(run(arg)).toMatchObject({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining(`books did not start: unknown argument ${arg}\n`),
    });
  });

  it('starts without arguments', () => {
    expect(run()).toMatchObject({ status: 0, stdout: 'started\n' });
  });
});
