import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { startService } from '#test/support/services';

/** The services that the parts of a gateway need which depend on its system. */
export class Upstreams {
  /** The settings by which a gateway finds them, and signs what it sends to them. */
  readonly settings: NodeJS.ProcessEnv = { INTERNAL_TOKEN_KEY: 'a-key-of-tests-for-internal-tokens-0123456789' };
  private readonly folder = mkdtempSync(join(tmpdir(), 'atrium-upstreams-'));
  private readonly running: { stop(): Promise<void> }[] = [];

  async start(): Promise<void> {
    for (const name of ['users', 'orders', 'products'] as const) {
      const port = await freePort();
      this.running.push(await startService(name, { ...this.settings, PORT: `${port}`, DATA_DIR: this.folder }));
      this.settings[`${name.toUpperCase()}_URL`] = `${name === 'users' ? 'http://' : ''}127.0.0.1:${port}`;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((service) => service.stop()));
    rmSync(this.folder, { recursive: true });
  }
}
