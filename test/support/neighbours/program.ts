import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gone, isAlive, type Output, outputOf } from '#libs/testing';

/** The sign that a program is ready: its output, or the port of 127.0.0.1 that it listens on. */
export type Readiness = { prints: string } | { port: number };

const POLL_MS = 20;

/** A third-party program with its child processes, stopped after the test that started it. */
export class Program {
  private constructor(
    private readonly child: ChildProcess,
    readonly output: Output,
  ) {}

  /** Resolves once it is ready. @throws {Error} with its output, if it ends before */
  static async start(command: string, args: readonly string[], ready: Readiness, env: NodeJS.ProcessEnv = {}) {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
    const program = new Program(child, outputOf(child));
    child.stdin.on('error', () => {});
    const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
    failed.catch(() => {});
    process.once('exit', program.onExit);
    child.once('exit', () => process.off('exit', program.onExit));
    const isReady = 'prints' in ready ? program.output.waitFor(ready.prints) : program.listens(ready.port);
    await Promise.race([isReady, failed]);
    return program;
  }

  /** Stops it and its descendants, and resolves once they have ended. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const pids = this.pids();
    for (const pid of pids) kill(pid, signal);
    await Promise.all(pids.map(gone));
  }

  /** Sends a signal only to it, not to its descendants. */
  signal(name: NodeJS.Signals): void {
    if (!this.hasEnded) this.child.kill(name);
  }

  /** Whether it has ended, by itself or not. */
  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private readonly onExit = () => this.pids().forEach((pid) => kill(pid, 'SIGKILL'));

  private pids(): number[] {
    const { pid } = this.child;
    return pid === undefined || this.hasEnded ? [] : withChildren(pid);
  }

  private async listens(port: number): Promise<void> {
    while (!(await accepts(port))) {
      if (this.hasEnded) throw new Error(`It is not running:\n${this.output.text()}`);
      await wait(POLL_MS);
    }
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, signal);
}

/** A process and its descendants, from proc(5). */
function withChildren(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return [pid, ...children.map(Number).flatMap(withChildren)];
  } catch {
    return [pid];
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
