import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { Program } from './program.ts';

/** How a make of proxy is run. */
export interface ProxyMake {
  command: string;
  args(configFile: string): string[];
  /** What it is told by its environment. */
  env?(folder: string): NodeJS.ProcessEnv;
}

/** A proxy of another make on a free port of 127.0.0.1, with its configuration in a folder of its own. */
export class Proxy {
  private program: Program | undefined;

  private constructor(
    private readonly make: ProxyMake,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** Starts it. @param configure its configuration, for the port and folder it may use */
  static async start(make: ProxyMake, configure: (port: number, folder: string) => string): Promise<Proxy> {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-proxy-'));
    // Started by root, a proxy works as a lesser user.
    chmodSync(folder, 0o755);
    const proxy = new Proxy(make, folder, await freePort());
    writeFileSync(proxy.configFile, configure(proxy.port, folder));
    await proxy.up();
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it again where it was. */
  async up(): Promise<void> {
    const { command, args, env } = this.make;
    this.program = await Program.start(command, args(this.configFile), { port: this.port }, env?.(this.folder));
  }

  /** Ends it and its workers. */
  async down(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.program?.end(signal);
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get configFile(): string {
    return join(this.folder, 'proxy.conf');
  }
}
