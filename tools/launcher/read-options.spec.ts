import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Runs a tool with arguments. */
const run = (tool: string, ...args: string[]) =>
  new Promise<{ exitCode: unknown; out: string; err: string }>((resolve) => {
    const command = ['-C', 'atrium', '--import', './tools/swc-register.mjs', `tools/${tool}.ts`, ...args];
    execFile(process.execPath, command, (error, out, err) => resolve({ exitCode: error?.code ?? 0, out, err }));
  });

describe('the arguments of a command', () => {
  it.each(['start', 'doctor', 'keys:new'])(
    'that it does not know end %s with its help, before it does anything',
    async (name) => {
      const tool = name === 'keys:new' ? 'new-keys' : name;
      const { exitCode, out, err } = await run(tool, '--port=4000');
      expect({ exitCode, out }).toEqual({ exitCode: 64, out: '' });
      expect(err).toMatch(new RegExp(`^Unknown option '--port'\\.\n\n[^]*npm (run )?${name}`));
    },
  );

  it('may ask for help, also beside a mistake', async () => {
    for (const args of [['--help'], ['-h'], ['--bogus', '--help']]) {
      const { exitCode, out, err } = await run('new-keys', ...args);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toMatch(/npm run keys:new/);
    }
  });

  it('without positional ones are refused, too: npm start 4000 is no port', async () => {
    const { exitCode, err } = await run('start', '4000');
    expect(exitCode).toBe(64);
    expect(err).toMatch(/^Unexpected argument '4000'\./);
  });

  it('are read so by every command', () => {
    const others = globSync('tools/*.ts').filter((file) => readFileSync(file, 'utf8').includes('parseArgs('));
    expect(others).toEqual([]);
  });
});
