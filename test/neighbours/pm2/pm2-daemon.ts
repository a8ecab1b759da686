import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gone, isAlive } from '#libs/testing';
import { COMPILE_CACHE } from '#test/support/build';
import { pm2Packages } from './programs.ts';

/** A process of PM2's list. */
interface Listed {
  name: string;
  pid: number;
  pm2_env: { status: string; restart_time: number } & Record<string, unknown>;
}

/** PM2 with a home and a daemon of its own. */
export class Pm2Daemon {
  /** Its folder. */
  readonly home = mkdtempSync(join(tmpdir(), 'atrium-pm2-'));
  private readonly onExit = () => this.killDaemon();

  /** @param environment that of `pm2 start`, which PM2 passes on to the processes */
  constructor(private readonly environment: NodeJS.ProcessEnv) {
    process.once('exit', this.onExit);
  }

  /** Runs a command of PM2, and resolves to its output. @throws {Error} if it fails */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(pm2Packages.path, 'node_modules/pm2/bin/pm2'), ...args],
      // Without a terminal's or npm's variables: PM2 passes all on.
      {
        env: {
          PATH: process.env['PATH'],
          HOME: this.home,
          PM2_HOME: this.home,
          ...COMPILE_CACHE,
          ...this.environment,
        },
      },
    );
    return stdout;
  }

  /** Its processes. */
  async list(): Promise<Listed[]> {
    const text = await this.run('jlist');
    return JSON.parse(text.slice(text.lastIndexOf('\n[') + 1)) as Listed[];
  }

  /** What its processes have written. */
  log(file: string): string {
    return readFileSync(join(this.home, 'logs', file), 'utf8');
  }

  /** What the daemon itself has written. */
  ownLog(): string {
    return readFileSync(join(this.home, 'pm2.log'), 'utf8');
  }

  /** How many instances have ended after another took their place. */
  drained(): number {
    return [...this.ownLog().matchAll(/_old_\d+\] exited with code/g)].length;
  }

  /** Ends the processes and the daemon. */
  async close(): Promise<void> {
    const pid = this.daemonPid;
    await this.run('kill');
    if (pid) await gone(pid);
    process.off('exit', this.onExit);
    rmSync(this.home, { recursive: true, force: true });
  }

  private get daemonPid(): number | undefined {
    try {
      return Number(readFileSync(join(this.home, 'pm2.pid'), 'utf8'));
    } catch {
      return undefined;
    }
  }

  private killDaemon(): void {
    const pid = this.daemonPid;
    if (pid && isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}
