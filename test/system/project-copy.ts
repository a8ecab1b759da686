import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { outputOf } from '#libs/testing';
import { launcherPorts } from '#test/support/launcher-ports';

const COPIED = [
  'src',
  'apps',
  'libs',
  'tools',
  'clients',
  'released',
  'schema.graphql',
  'nest-cli.json',
  '.swcrc',
];

/** A copy of this project that a spec may change and build: its packages are those that are installed here. */
export class ProjectCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'atrium-project-'));
  private readonly started: ChildProcess[] = [];

  constructor() {
    for (const name of [...COPIED, 'package.json', 'package-lock.json'])
      cpSync(name, join(this.folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
  }

  /** Runs an npm command that starts all processes, without the demo provider and demo data, on free ports. */
  async npm(...args: string[]) {
    const environment = { IDENTITY: 'off', SEED: 'off', LOG_LEVEL: 'warn', ...(await launcherPorts()) };
    const npm = spawn('npm', args, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.started.push(npm);
    const { waitFor: prints, text } = outputOf(npm);
    const closed = once(npm, 'close');
    /** Sends a signal to npm and to what it runs, as a terminal does. @returns the exit code */
    const stop = async (signal: NodeJS.Signals) => {
      process.kill(-npm.pid!, signal);
      return (await closed)[0] as number | null;
    };
    return { prints, text, stop };
  }

  /** Ends what still runs, and removes the copy. */
  remove(): void {
    for (const { pid } of this.started) endGroup(pid!);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}
