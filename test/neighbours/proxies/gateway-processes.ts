import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '#libs/testing';
import { RealProcess } from '#test/support/process';
import { BEHIND_A_PROXY, type ProxiedShop } from './proxied-shop.ts';

const POLL_MS = 20;
const MAX_WAIT_MS = 15_000;

/** Two gateways, each a process, before the services of a shop. */
export class GatewayProcesses {
  private readonly processes: RealProcess[] = [];

  private constructor(
    private readonly ports: readonly number[],
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Starts both. @param settings those that differ */
  static async open({ shop, access }: ProxiedShop, settings: NodeJS.ProcessEnv = {}): Promise<GatewayProcesses> {
    const { upstreams } = (await shop.logs.gateway.first({ msg: 'listening' })) as {
      upstreams: { name: string; addresses: string[] }[];
    };
    const urls = upstreams.map(({ name, addresses }) => [`${name.toUpperCase()}_URL`, addresses[0]!]);
    const gateways = new GatewayProcesses([await freePort(), await freePort()], {
      ...BEHIND_A_PROXY,
      ...Object.fromEntries(urls),
      JWT_PRIVATE_KEY: access.privateKey,
      CACHE: 'off',
      SHEDDING: 'off',
      ...settings,
    });
    await Promise.all([gateways.start(0), gateways.start(1)]);
    return gateways;
  }

  /** Where they listen. */
  get addresses(): string[] {
    return this.ports.map((port) => `127.0.0.1:${port}`);
  }

  /** Starts one, where it was. */
  async start(which: 0 | 1): Promise<void> {
    const environment = { ...this.environment, PORT: `${this.ports[which]}`, ADMIN_PORT: `${await freePort()}` };
    this.processes[which] = await RealProcess.start('gateway', environment);
  }

  /** Resolves once it has answered callers. @throws {Error} where none come for 15 seconds */
  async busy(which: 0 | 1): Promise<void> {
    const answered = () => this.processes[which]!.log.with({ msg: 'request', route: '/v1/me' }).length;
    for (const since = performance.now(); answered() < 10; await wait(POLL_MS))
      if (performance.now() - since > MAX_WAIT_MS) throw new Error(`No caller came to gateway ${which}`);
  }

  /** How many requests one has answered since its start. */
  requests(which: 0 | 1): number {
    return this.processes[which]!.log.with({ msg: 'request' }).length;
  }

  /** Sends SIGTERM. @returns its exit code, once it is gone */
  terminated(which: 0 | 1): Promise<number | null> {
    return this.processes[which]!.end('SIGTERM');
  }

  /** Ends both. */
  async close(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.end()));
  }
}
