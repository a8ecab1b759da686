import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import type { Running } from '#libs/process';
import { freePort } from '#libs/testing';
import { LogLines } from '#libs/testing';
import { addressSettings, SERVICES, type ServiceName, startService } from '#test/support/services';

const logsOf = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, new LogLines()])) as Record<Name, LogLines>;

/** A gateway and its real services, in this process over real sockets. */
export class Shop {
  /** The logs of the services and the gateway. */
  readonly logs = logsOf('gateway', ...SERVICES);
  gateway!: RunningGateway;
  private config!: Config;
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'atrium-shop-'));
  private readonly ports = new Map<ServiceName, number>();
  private readonly running = new Map<ServiceName, Running>();

  private constructor(private readonly ofServices: NodeJS.ProcessEnv) {}

  /** Starts a shop with demo data. @param environment settings of the gateway and the services */
  static async open(environment: NodeJS.ProcessEnv = {}, ofServices: NodeJS.ProcessEnv = {}): Promise<Shop> {
    const shop = new Shop(ofServices);
    for (const name of SERVICES) shop.ports.set(name, await freePort());
    await Promise.all([...shop.ports.keys()].map((name) => shop.start(name)));
    shop.config = loadConfig({
      CACHE: 'off',
      RATE_LIMIT: 'off',
      PORT: '0',
      ADMIN_PORT: '0',
      ...addressSettings((name) => shop.addressOf(name)),
      // A longer command timeout of Redis, since a busy machine must not fail these tests.
      REDIS_COMMAND_TIMEOUT_MS: '1000',
      JOBS_FILE: join(shop.dataDir, 'jobs.sqlite'),
      ...environment,
    });
    await shop.startGateway();
    return shop;
  }

  /** The address of a service, `host:port`. */
  addressOf(name: ServiceName): string {
    return `127.0.0.1:${this.ports.get(name)}`;
  }

  /** Starts the gateway with its previous settings. Its port is the same if one was set. */
  async startGateway(): Promise<void> {
    this.gateway = await startGateway(this.config, createLogger('gateway', 'info', this.logs.gateway));
  }

  /** Starts a service with its previous data and port. */
  async start(name: ServiceName): Promise<void> {
    const environment = { PORT: `${this.ports.get(name)}`, DATA_DIR: this.dataDir, ...this.ofServices };
    this.running.set(name, await startService(name, environment, this.logs[name]));
  }

  /** The first number that a pattern matches in the gateway's metrics; 0 if there is none. */
  async metric(pattern: RegExp): Promise<number> {
    const text = await (await fetch(`${this.gateway.adminUrl}/metrics`)).text();
    return Number(pattern.exec(text)?.[1] ?? 0);
  }

  /**
   * The gateway's lines of Nest's logger, which exists once per process: they are in the log of the first application.
   */
  warnings(msg: string): Record<string, unknown>[] {
    return Object.values(this.logs).flatMap((log) => log.with({ msg }));
  }

  /** Stops a service. */
  async stop(name: ServiceName): Promise<void> {
    await this.running.get(name)?.stop();
    this.running.delete(name);
  }

  /** Stops everything and removes the data. */
  async close(): Promise<void> {
    await this.gateway?.stop();
    await Promise.all([...this.running.keys()].map((name) => this.stop(name)));
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
