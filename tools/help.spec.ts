import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const run = (file: string, ...args: string[]) =>
  spawnSync(process.execPath, ['-C', 'atrium', `tools/${file}`, ...args], { encoding: 'utf8' });

describe('the tools that take no arguments, or one', () => {
  it.each([
    ['build.ts', 'npm run build'],
    ['lint-openapi.ts', 'npm run openapi:lint'],
  ])('say what they do instead of doing it: %s', (file, start) => {
    expect(run(file, '--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(`^${start} `) });
    expect(run(file, '--x')).toMatchObject({
      status: 64,
      stderr: expect.stringMatching(/^Unknown option '--x'\.\n/),
    });
  });
});
