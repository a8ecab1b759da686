import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { LogLines } from '#libs/testing';
import { builtEntry, COMPILE_CACHE } from '#test/support/build';
import type { ServiceName } from '#test/support/services';

/** A deployable of the repository. */
export type ProcessName = 'gateway' | ServiceName;

/** Where a process runs. */
interface Place {
  /** A command that runs it, such as `prlimit`. */
  under?: readonly string[];
  /** The folder of another build. */
  cwd?: string;
}

/** A deployable in a process of its own, run as it is built. It ends with the test that started it. */
export class RealProcess {
  /** Its log. */
  readonly log = new LogLines();

  private constructor(
    readonly name: ProcessName,
    private readonly child: ChildProcess,
  ) {
    createInterface(child.stdout!).on('line', (line) => this.log.write(`${line}\n`));
    child.stderr!.pipe(process.stderr);
  }

  /** Resolves once it listens. @throws {Error} if it ends before */
  static async start(name: ProcessName, environment: NodeJS.ProcessEnv, { under = [], cwd }: Place = {}) {
    const entry = cwd === undefined ? await builtEntry(name) : `dist/bundles/${name}.js`;
    const [command, ...args] = [...under, process.execPath, '--import', './test/support/wall-clock.ts', entry];
    const child = spawn(command!, args, {
      env: { SEED: '1', JOBS_FILE: ':memory:', ORDER_STEP_MS: '600000', ...COMPILE_CACHE, ...environment },
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const started = new RealProcess(name, child);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} did not start: exit code ${code}`);
    });
    await Promise.race([whenReady(child, name), ended]);
    ended.catch(() => {});
    return started;
  }

  /** Sends a signal: `SIGSTOP` makes it hang, `SIGCONT` goes on. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Resolves once it has ended, to its exit code; null if a signal ended it. */
  async end(by: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const gone = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(by);
    return (await gone)[0];
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Its resident memory in bytes; on Linux only. */
  get rssBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  }

  /** Sets the offset of its wall clock. */
  async moveWallClock(byMs: number): Promise<void> {
    const done = once(this.child, 'message');
    this.child.send({ moveWallClockToMs: byMs });
    await done;
  }
}

function whenReady(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message: { ready?: string }) => message.ready === name && resolve());
  });
}
