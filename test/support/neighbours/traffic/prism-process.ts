import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/testing';

/** Prism as a validating proxy. */
export class PrismProcess {
  readonly url: string;
  private readonly child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.child = child;
  }

  /** Starts it, and waits until it listens. @param command of the package @param document the path of the document */
  static async start(command: string, document: string, upstream: string): Promise<PrismProcess> {
    const port = await freePort();
    const args = ['proxy', document, upstream, '-p', String(port), '-h', '127.0.0.1', '-v', 'info'];
    const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) if (line.includes('Prism is listening')) break;
    child.stdout.resume();
    return new PrismProcess(`http://127.0.0.1:${port}`, child);
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill();
    await once(this.child, 'exit');
  }
}
