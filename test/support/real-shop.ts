import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { Access } from '#test/support/access';
import { Load, type LoadRequest, p99Of, type Sample } from '#test/support/load';
import type { UpstreamState } from '#test/support/operators';
import { type ProcessName, RealProcess } from '#test/support/process';
import { passed, quietMachine } from '#test/support/quiet-machine';
import type { Dispatcher } from 'undici';

/** The services of the shop. */
export type ServiceName = Exclude<ProcessName, 'gateway'>;

/** The maximum latency in the healthy state: above it the machine is busy, and the measurement is repeated. */
const BUSY_MS = 100;

/** The timeout for changes of breakers. */
const BREAKER_MS = 15_000;

/** A gateway process and its upstreams. */
export class RealShop {
  readonly access = new Access();
  readonly processes = new Map<ProcessName, RealProcess>();
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'atrium-real-shop-'));
  private readonly loads: Load[] = [];
  private readonly ports = new Map<string, number>();
  private ofGateway: NodeJS.ProcessEnv = {};

  private constructor(
    private readonly ofServices: NodeJS.ProcessEnv = {},
    private readonly under: readonly string[] = [],
  ) {}

  /** The gateway and the three services, each a process. @param given settings of the gateway @param ofServices those of services */
  static async open(
    given: (at: (name: ServiceName) => string) => Promise<NodeJS.ProcessEnv> = async () => ({}),
    ofServices: NodeJS.ProcessEnv = {},
  ): Promise<RealShop> {
    const shop = new RealShop(ofServices);
    const services = ['users', 'orders', 'products'] as const;
    for (const name of services) shop.ports.set(name, await freePort());
    try {
      await Promise.all(services.map((name) => shop.start(name)));
      await shop.startGateway(await given((name) => shop.at(name)));
    } catch (error) {
      // Nobody else can end those that have started.
      await shop.close();
      throw error;
    }
    return shop;
  }

  /** Starts only the gateway. @param environment its settings, with the addresses of its upstreams @param under a command that runs it */
  static async gatewayAlone(environment: NodeJS.ProcessEnv, under: readonly string[] = []): Promise<RealShop> {
    const shop = new RealShop({}, under);
    await shop.startGateway(environment);
    return shop;
  }

  get gateway(): RealProcess {
    return this.processes.get('gateway')!;
  }

  /** The URL of the public port. */
  get url(): string {
    return `http://127.0.0.1:${this.ports.get('gateway')}`;
  }

  /** The URL of the admin port. */
  get adminUrl(): string {
    return `http://127.0.0.1:${this.ports.get('admin')}`;
  }

  /** The address of a service, `host:port`. */
  at(name: ServiceName): string {
    return `127.0.0.1:${this.ports.get(name)}`;
  }

  /** Starts a service with its previous data and port. @param more further settings */
  async start(name: ServiceName, more: NodeJS.ProcessEnv = {}): Promise<void> {
    const environment = {
      PORT: `${this.ports.get(name)}`,
      DATA_DIR: this.dataDir,
      LOG_LEVEL: 'warn',
      ...this.ofServices,
      ...more,
    };
    this.processes.set(name, await RealProcess.start(name, environment));
  }

  /** Sets the wall-clock offset of all processes. */
  async moveWallClock(byMs: number): Promise<void> {
    await Promise.all([...this.processes.values()].map((one) => one.moveWallClock(byMs)));
  }

  /** A load that ends with `stop`. @param own existing connections, which stay open */
  load(perSecond: number, next: (index: number) => LoadRequest, own?: Dispatcher): Load {
    const load = new Load(this.url, perSecond, next, own);
    this.loads.push(load);
    return load;
  }

  /** Runs a load in the healthy state on an idle machine. Repeats it once if the machine is busy. */
  async calm(perSecond: number, next: (index: number) => LoadRequest, durationMs = 2_000): Promise<Sample[]> {
    await quietMachine();
    const samples = await this.loadFor(durationMs, perSecond, next);
    if (p99Of(samples) <= BUSY_MS) return samples;
    process.stdout.write(`busy   the calm p99 is ${p99Of(samples).toFixed(0)} ms: measured once more\n`);
    return this.loadFor(durationMs, perSecond, next);
  }

  /** Runs a load for a number of milliseconds until all requests have completed. */
  async loadFor(durationMs: number, perSecond: number, next: (index: number) => LoadRequest): Promise<Sample[]> {
    const load = this.load(perSecond, next);
    await passed(durationMs);
    return load.stop();
  }

  /** The state of an upstream, from the admin port. */
  async upstream(name: string): Promise<UpstreamState> {
    const { upstreams } = await this.asOperator<{ upstreams: UpstreamState[] }>('/admin/upstreams');
    return upstreams.find((upstream) => upstream.name === name)!;
  }

  /** Polls until the cache uses Redis. @returns the time by `performance.now()` */
  async redisIsUp(): Promise<number> {
    for (;;) {
      const { redis } = await this.asOperator<{ redis: { isUp: boolean } }>('/admin/cache');
      if (redis.isUp) return performance.now();
      await passed(10);
    }
  }

  /** Polls until this many streams are open, in all workers. */
  async streams(open: number): Promise<void> {
    const count = async () =>
      [...(await this.metrics()).matchAll(/^streams_open\{.*\} (\d+)$/gm)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    while ((await count()) < open) await passed(10);
  }

  /** The metrics. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.adminUrl}/metrics`)).text();
  }

  private async asOperator<Answer>(path: string): Promise<Answer> {
    const headers = this.access.admin;
    const answer = await fetch(`${this.adminUrl}${path}`, { headers });
    return (await answer.json()) as Answer;
  }

  /**
   * Polls until the breaker of a method has a state.
   * @returns the time by `performance.now()`
   * @throws {Error} after 15 seconds
   */
  async breakerIs(upstream: string, method: string, isSo: (state: string) => boolean): Promise<number> {
    const since = performance.now();
    while (performance.now() - since < BREAKER_MS) {
      const { methods } = await this.upstream(upstream);
      if (isSo(methods.find((one) => one.method === method)!.breaker.state)) return performance.now();
      await passed(10);
    }
    throw new Error(
      `the breaker of ${upstream} ${method} has not the expected state: ${JSON.stringify(await this.upstream(upstream))}`,
    );
  }

  /** Stops all processes and removes the data. */
  async close(): Promise<void> {
    await Promise.all(this.loads.map((load) => load.abandon()));
    await Promise.all([...this.processes.values()].map((one) => one.end()));
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Starts the gateway with its previous settings, data and ports. */
  async restartGateway(): Promise<void> {
    await this.startGateway(this.ofGateway);
  }

  private async startGateway(environment: NodeJS.ProcessEnv): Promise<void> {
    this.ofGateway = environment;
    for (const name of ['gateway', 'admin']) if (!this.ports.has(name)) this.ports.set(name, await freePort());
    const settings = {
      CACHE: 'off',
      RATE_LIMIT: 'off',
      PORT: `${this.ports.get('gateway')}`,
      ADMIN_PORT: `${this.ports.get('admin')}`,
      JWT_PRIVATE_KEY: this.access.privateKey,
      USERS_URL: `http://${this.at('users')}`,
      ORDERS_URL: this.at('orders'),
      PRODUCTS_URL: this.at('products'),
      JOBS_FILE: join(this.dataDir, 'jobs.sqlite'),
      STORAGE_URL: `file:${join(this.dataDir, 'files')}`,
      ...environment,
    };
    this.processes.set('gateway', await RealProcess.start('gateway', settings, { under: this.under }));
  }
}
