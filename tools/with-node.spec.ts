import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Machine, nodeOf, type Outcome, SCRIPTS, WITHOUT_LIBATOMIC } from './with-node.fixture.ts';

const MISSING_LIBRARY = 'libatomic.so.1: cannot open shared object file: No such file or directory';
const FOR_MUSL = '#!/lib/no-such-loader\n';

let machine: Machine | undefined;
afterEach(() => {
  machine?.remove();
  machine = undefined;
});

/** The Node versions that ran, one per program. */
const ranOn = ({ stdout }: Outcome) => [...stdout.matchAll(/^(v\S+) runs /gm)].map(([, version]) => version);

describe('every npm script', () => {
  it.each(Object.entries(SCRIPTS))('%s starts each of its programs on a Node that can run', (_, script) => {
    for (const program of script.split(' && ')) expect(program).toMatch(/^(exec )?sh tools\/with-node\.sh \w/);
  });
});

describe('what it starts', () => {
  const arenas = (env: NodeJS.ProcessEnv) =>
    execFileSync('sh', ['tools/with-node.sh', 'sh', '-c', 'echo $MALLOC_ARENA_MAX'], {
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    }).trim();

  it('has two arenas of memory, or as many as the environment says', () => {
    expect([arenas({}), arenas({ MALLOC_ARENA_MAX: '8' })]).toEqual(['2', '8']);
  });
});

describe.each(['start', 'test', 'lint', 'contracts'])('npm run %s', (name) => {
  const programs = SCRIPTS[name]!.split(' && ').length;

  it('runs on the pinned Node', () => {
    machine = new Machine().pin(nodeOf('v26.12.1')).install(nodeOf('v20.20.2'));
    const outcome = machine.script(name);
    expect(ranOn(outcome)).toEqual(Array(programs).fill('v26.12.1'));
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it("goes on with the machine's own Node where the pinned one cannot run", () => {
    machine = new Machine().pin(WITHOUT_LIBATOMIC).install(nodeOf('v24.0.0'));
    const outcome = machine.script(name);
    expect(ranOn(outcome)).toEqual(Array(programs).fill('v24.0.0'));
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stderr).toContain(MISSING_LIBRARY);
    expect(outcome.stderr).toContain('Going on with');
  });

  it('names the package and the command, and runs no program, if that one is too old', () => {
    machine = new Machine().pin(WITHOUT_LIBATOMIC).install(nodeOf('v20.20.2'));
    expect(machine.script(name)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Atrium needs Node 24 or later, and there is none here that runs.
${machine.root}/node_modules/.bin/node cannot run: error while loading shared libraries: ${MISSING_LIBRARY}
${machine.root}/first/node is v20.20.2.
Node 26 needs the package libatomic1. Install it and try again:
  apt-get update && apt-get install -y libatomic1
`,
    });
  });
});

describe('a machine whose pinned Node lacks a library', () => {
  it('suggests sudo if the user is not root', () => {
    machine = new Machine({ user: 1000 }).pin(WITHOUT_LIBATOMIC);
    expect(machine.script('start').stderr).toContain(
      '\n  sudo apt-get update && sudo apt-get install -y libatomic1\n',
    );
  });

  it('suggests the package of Fedora if there is dnf', () => {
    machine = new Machine({ packages: 'dnf' }).pin(WITHOUT_LIBATOMIC);
    expect(machine.script('start').stderr).toContain('\n  dnf install -y libatomic\n');
  });

  it('names the library if no package manager is known', () => {
    machine = new Machine({ packages: 'pacman' }).pin(WITHOUT_LIBATOMIC);
    expect(machine.script('start')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('libatomic.so.1'),
    });
  });

  it('skips an old Node of the machine for a newer one', () => {
    machine = new Machine()
      .pin(WITHOUT_LIBATOMIC)
      .install(nodeOf('v20.20.2'))
      .install(nodeOf('v25.1.0'), 'second');
    expect(ranOn(machine.script('start'))).toEqual(['v25.1.0']);
  });

  it('starts what the program starts on the same Node', () => {
    machine = new Machine().pin(WITHOUT_LIBATOMIC).install(nodeOf('v24.0.0'));
    const outcome = machine.run(['sh', 'tools/with-node.sh', 'sh', '-c', 'oxlint; node a.js']);
    expect(ranOn(outcome)).toEqual(['v24.0.0', 'v24.0.0']);
  });
});

describe('a machine where npm 10 made no link to the pinned Node', () => {
  it('uses the pinned one nevertheless, also for child processes', () => {
    machine = new Machine().pin(nodeOf('v26.12.1'), false).install(nodeOf('v20.20.2'));
    const outcome = machine.run(['sh', 'tools/with-node.sh', 'sh', '-c', 'oxlint; node a.js']);
    expect(ranOn(outcome)).toEqual(['v26.12.1', 'v26.12.1']);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('names the missing package', () => {
    machine = new Machine().pin(WITHOUT_LIBATOMIC, false).install(nodeOf('v20.20.2'));
    expect(machine.script('start')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/\n {2}apt-get update && apt-get install -y libatomic1\n$/),
    });
  });
});

describe('a machine whose pinned Node is built for another C library', () => {
  it("goes on with the machine's own", () => {
    machine = new Machine().pin(FOR_MUSL).install(nodeOf('v24.0.0'));
    expect(ranOn(machine.script('start'))).toEqual(['v24.0.0']);
  });

  it('needs a newer Node where that one is too old, and no package', () => {
    machine = new Machine().pin(FOR_MUSL).install(nodeOf('v20.20.2'));
    const { exitCode, stderr } = machine.script('start');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Install Node 24 or later and try again');
    expect(stderr).not.toContain('libatomic');
  });
});

describe('a machine without the pinned Node', () => {
  it.each(['v24.0.0', 'v26.12.1', 'v30.0.0'])('uses its own Node %s', (version) => {
    machine = new Machine({ system: 'Darwin arm64' }).install(nodeOf(version));
    expect(machine.script('start')).toEqual({
      exitCode: 0,
      stdout: `${version} runs -C atrium tools/start.ts\n`,
      stderr: '',
    });
  });

  it.each(['v20.20.2', 'v9.0.0', 'v23.11.1'])('requires a newer one on macOS if its own is %s', (version) => {
    machine = new Machine({ system: 'Darwin arm64' }).install(nodeOf(version));
    expect(machine.script('start')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Atrium needs Node 24 or later, and there is none here that runs.
${machine.root}/first/node is ${version}.
Install Node 24 or later and try again, best the version in .nvmrc: https://nodejs.org
`,
    });
  });

  it('suggests to install it if there is one for its platform', () => {
    machine = new Machine({ system: 'Linux aarch64' }).install(nodeOf('v22.0.0'));
    expect(machine.script('start')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/\n {2}npm ci\n$/),
    });
  });
});

describe('npm on a machine that goes on with its own Node', () => {
  it.each([
    ['start', ['--', '--help'], 'Builds Atrium and runs it'],
    ['keys:new', ['--', '--es256'], 'JWT_PRIVATE_KEY='],
    ['lint', ['--', '--version'], 'Version: '],
  ])('runs %s for real', (name, args, output) => {
    machine = new Machine().pin(WITHOUT_LIBATOMIC).install(process.execPath).linkProject();
    const outcome = machine.npm('run', name, ...args);
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(output) });
    expect(outcome.stderr).toContain(`Going on with ${machine.root}/first/node, which is ${process.version}.`);
  });
});

describe('a program that is run on a Node', () => {
  it('takes the place of the shell, and gets its arguments as they are', () => {
    machine = new Machine().pin(WITHOUT_LIBATOMIC).install(process.execPath);
    const show = 'console.log(JSON.stringify(process.argv.slice(1)), process.ppid); process.exitCode = 7';
    const outcome = machine.run(['sh', 'tools/with-node.sh', 'node', '-e', show, 'a b', '*', '']);
    expect(outcome).toMatchObject({ exitCode: 7, stdout: `["a b","*",""] ${process.pid}\n` });
  });

  it('is reported if it is not found', () => {
    machine = new Machine().pin(nodeOf('v26.12.1'));
    expect(machine.run(['sh', 'tools/with-node.sh', 'no-such-program'])).toMatchObject({
      exitCode: 127,
      stdout: '',
    });
  });
});
