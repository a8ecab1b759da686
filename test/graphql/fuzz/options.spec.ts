import { execFile } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** Runs a file of this folder with arguments. */
const run = (file: string, ...args: string[]) =>
  new Promise<{ exitCode: unknown; out: string; err: string }>((resolve) => {
    const command = ['-C', 'atrium', '--import', './tools/swc-register.mjs', `test/graphql/fuzz/${file}`, ...args];
    execFile(process.execPath, command, (error, out, err) => resolve({ exitCode: error?.code ?? 0, out, err }));
  });

describe('npm run fuzz', () => {
  it('may be asked for help', async () => {
    const { exitCode, out, err } = await run('run.ts', '--help');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('npm run fuzz -- --prove');
  });

  it.each([
    [['--documents', '0'], '--documents must be a whole number from 1 on.'],
    [['--documents=-5'], '--documents must be a whole number from 1 on.'],
    [['--documents='], '--documents must be a whole number from 1 on.'],
    [['--from', 'x'], '--from must be a whole number from 0 on.'],
    [['--seed', '1.5'], '--seed must be a whole number from 0 on.'],
    [['--ways', 'three'], '--ways must be all or two.'],
    [['--prove', '--only', 'a fault that never was'], 'No fault has "a fault that never was" in its name:'],
    [['--bogus'], "Unknown option '--bogus'."],
  ])('refuses %j, and says what is wrong', async (args, message) => {
    const { exitCode, out, err } = await run('options.ts', ...args);
    expect({ exitCode, out }).toEqual({ exitCode: 64, out: '' });
    expect(err).toContain(`${message}\n`);
    expect(err).toContain('npm run fuzz --');
    expect(err).not.toContain('    at ');
  });
});
