import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
/** The scripts that run a program of this repository: others have the help of a package. Bundles are tested beside them. */
const OURS = Object.entries(scripts).flatMap(([name, script]) => {
  const [, args] = /with-node\.sh node (.*\b(?:tools|bench|test)\/\S+\.ts)$/.exec(script) ?? [];
  return args ? [[name, args.split(' ')] as const] : [];
});
const EXIT_USAGE = 64;
/** Each starts in another way. */
const TRIED = ['build', 'openapi:lint', 'keys:new', 'migrate', 'new', 'test:neighbours', 'bench:limits'];

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

const run = (args: readonly string[]) =>
  new Promise<Ended>((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
  });

describe('npm run', () => {
  it('refuses what a program does not know, in every program of this repository', () => {
    expect(OURS.length).toBeGreaterThan(35);
    const reads = (args: readonly string[]) =>
      /\breadOptions\(|from '.\/options.ts'/.test(readFileSync(args.at(-1)!, 'utf8'));
    expect(OURS.filter(([, args]) => !reads(args)).map(([name]) => name)).toEqual([]);
  });

  it.each(OURS.filter(([name]) => TRIED.includes(name)))(
    '%s prints its help instead of running, and refuses what it does not know',
    async (_, args) => {
      const [help, unknown] = await Promise.all([run([...args, '--help']), run([...args, '--unknown'])]);
      expect(help).toMatchObject({ status: 0, stdout: expect.stringMatching(/\w+/), stderr: '' });
      expect(unknown).toMatchObject({
        status: EXIT_USAGE,
        stdout: '',
        stderr: expect.stringContaining('--unknown'),
      });
    },
  );
});
