import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '#libs/process';
import { Program } from './program.ts';

const POLL_MS = 20;

/** How a third-party proxy is run. */
export interface ProxyMake {
  command: string;
  args(configFile: string, port: number): string[];
  /** Its environment variables. */
  env?(folder: string): NodeJS.ProcessEnv;
  /** Whether it is ready, if it listens before that. */
  isReady?(folder: string): boolean;
}

/** A third-party proxy on a free port of 127.0.0.1, with its configuration in its own folder. */
export class Proxy {
  private program: Program | undefined;

  private constructor(
    private readonly make: ProxyMake,
    readonly folder: string,
    readonly port: number,
  ) {}

  /** Starts it. @param configure its configuration, for the port and folder it may use */
  static async start(make: ProxyMake, configure: (port: number, folder: string) => string): Promise<Proxy> {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-proxy-'));
    // A proxy that root starts runs as an unprivileged user.
    chmodSync(folder, 0o755);
    const proxy = new Proxy(make, folder, await freePort());
    try {
      writeFileSync(proxy.configFile, configure(proxy.port, folder));
      await proxy.up();
      return proxy;
    } catch (error) {
      await proxy.close();
      throw error;
    }
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Restarts it on its port. */
  async up(): Promise<void> {
    const { command, args, env, isReady } = this.make;
    this.program = await Program.start(
      command,
      args(this.configFile, this.port),
      { port: this.port },
      env?.(this.folder),
    );
    while (isReady?.(this.folder) === false) await wait(POLL_MS);
  }

  /** Sends a signal to its first process. */
  signal(name: NodeJS.Signals): void {
    this.program?.signal(name);
  }

  /**
   * Sends a signal to its first process. Resolves once it has then written a text to standard output or standard error.
   * @throws {Error} if it has ended
   */
  async answers(name: NodeJS.Signals, text: string): Promise<void> {
    const times = () => this.program!.output.text().split(text).length;
    const before = times();
    this.signal(name);
    while (times() === before) {
      if (this.program!.hasEnded) throw new Error(`It has ended:\n${this.program!.output.text()}`);
      await wait(POLL_MS);
    }
  }

  /** Stops it and its workers. */
  async down(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.program?.end(signal);
  }

  /** Stops it and removes its folder. */
  async close(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Its configuration. */
  get configFile(): string {
    return join(this.folder, 'proxy.conf');
  }
}
