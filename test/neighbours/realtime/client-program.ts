import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GO_PATH, npmClients } from './programs.ts';

const FRONT_ENDS = 'test/neighbours/realtime/front-ends';

/** What a program has printed: what happened, and more about it. */
export type Line = readonly [what: string, ...more: unknown[]];

/** The programs in `front-ends`, where their packages are. */
export class ClientPrograms {
  private readonly folder = mkdtempSync(join(existsSync(npmClients.path) ? npmClients.path : tmpdir(), 'work-'));
  private readonly running: ClientProgram[] = [];

  constructor() {
    cpSync(FRONT_ENDS, this.folder, { recursive: true });
  }

  /** Starts a program. @param command ends with its file */
  start(command: readonly [string, ...string[]], environment: Readonly<Record<string, string>>): ClientProgram {
    const [program, ...args] = command[0] === 'go' ? [this.built(command.at(-1)!)] : command;
    const file = args.pop();
    const env = { PATH: process.env['PATH'], HOME: homedir(), LANG: 'C.UTF-8', ...environment };
    const started = new ClientProgram(
      spawn(program!, file === undefined ? [] : [...args, join(this.folder, file)], { env, detached: true }),
    );
    this.running.push(started);
    return started;
  }

  /** Ends all programs. */
  async stop(): Promise<void> {
    await Promise.all(this.running.splice(0).map((one) => one.stop()));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Builds a program of Go once: `go run` would leave its child behind. @returns the path of what was built */
  built(file: string): string {
    const program = join(this.folder, file.replace('.go', '-of-go'));
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: GO_PATH, GOFLAGS: '' };
    if (!existsSync(program)) execFileSync('go', ['build', '-o', program, join(this.folder, file)], { env });
    return program;
  }
}

/** A program that runs, and what it has printed. */
export class ClientProgram {
  readonly lines: Line[] = [];
  private errors = '';
  private readonly ended: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'close');
    createInterface(child.stdout!).on('line', (line) => this.lines.push(JSON.parse(line) as Line));
    child.stderr!.on('data', (chunk) => (this.errors += String(chunk)));
  }

  /** What followed the lines of one kind. */
  all(what: string): unknown[] {
    return this.lines.filter(([its]) => its === what).map(([, more]) => more);
  }

  /** Waits until something is so. @throws {Error} with its standard error if it ends before */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.child.exitCode !== null) {
        await this.ended;
        if (isSo()) return;
        throw new Error(`ended with ${this.child.exitCode}: ${JSON.stringify(this.lines)} ${this.errors}`);
      }
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
  }

  /** Ends it, and what it has started. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null) process.kill(-this.child.pid!, 'SIGKILL');
    await this.ended;
  }
}
