import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { Access } from '#test/support/access';
import { Load, type LoadRequest, p99Of, type Sample } from '#test/support/load';
import type { UpstreamState } from '#test/support/operators';
import { type ProcessName, RealProcess } from '#test/support/process';
import { passed, quietMachine } from '#test/support/quiet-machine';

/** The services of the shop. */
export type ServiceName = Exclude<ProcessName, 'gateway'>;

/** A measurement is worth nothing where the machine is busy with something else: so long is too long, when all is well. */
const BUSY_MS = 100;

/** Any breaker has changed long before. */
const BREAKER_MS = 15_000;

/** A gateway in a process of its own, and whatever it asks. */
export class RealShop {
  readonly access = new Access();
  readonly processes = new Map<ProcessName, RealProcess>();
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'atrium-real-shop-'));
  private readonly loads: Load[] = [];
  private readonly ports = new Map<string, number>();

  private constructor(private readonly ofServices: NodeJS.ProcessEnv = {}) {}

  /** The gateway and the three services, each a process. @param given settings of the gateway @param ofServices those of services */
  static async open(
    given: (at: (name: ServiceName) => string) => Promise<NodeJS.ProcessEnv> = async () => ({}),
    ofServices: NodeJS.ProcessEnv = {},
  ): Promise<RealShop> {
    const shop = new RealShop(ofServices);
    const services = ['users', 'orders', 'products'] as const;
    for (const name of services) shop.ports.set(name, await freePort());
    await Promise.all(services.map((name) => shop.start(name)));
    await shop.startGateway(await given((name) => shop.at(name)));
    return shop;
  }

  /** The gateway alone. @param environment tells it where its upstreams are */
  static async gatewayAlone(environment: NodeJS.ProcessEnv): Promise<RealShop> {
    const shop = new RealShop();
    await shop.startGateway(environment);
    return shop;
  }

  get gateway(): RealProcess {
    return this.processes.get('gateway')!;
  }

  /** Where clients come in. */
  get url(): string {
    return `http://127.0.0.1:${this.ports.get('gateway')}`;
  }

  /** Where operators come in. */
  get adminUrl(): string {
    return `http://127.0.0.1:${this.ports.get('admin')}`;
  }

  /** Where a service listens, `host:port`. */
  at(name: ServiceName): string {
    return `127.0.0.1:${this.ports.get(name)}`;
  }

  /** Starts a service, with the data and on the port it had before. */
  async start(name: ServiceName): Promise<void> {
    const environment = {
      PORT: `${this.ports.get(name)}`,
      DATA_DIR: this.dataDir,
      LOG_LEVEL: 'warn',
      ...this.ofServices,
    };
    this.processes.set(name, await RealProcess.start(name, environment));
  }

  /** Moves the wall clock of the machine, as far as its processes can tell, so far from the true time. */
  async moveWallClock(byMs: number): Promise<void> {
    await Promise.all([...this.processes.values()].map((one) => one.moveWallClock(byMs)));
  }

  /** A load that ends with `stop`. */
  load(perSecond: number, next: (index: number) => LoadRequest): Load {
    const load = new Load(this.url, perSecond, next);
    this.loads.push(load);
    return load;
  }

  /** A load while all is well, once the machine is quiet. Once more where the machine is busy with something else. */
  async calm(perSecond: number, next: (index: number) => LoadRequest, durationMs = 2_000): Promise<Sample[]> {
    await quietMachine();
    const samples = await this.loadFor(durationMs, perSecond, next);
    if (p99Of(samples) <= BUSY_MS) return samples;
    process.stdout.write(`busy   the calm p99 is ${p99Of(samples).toFixed(0)} ms: measured once more\n`);
    return this.loadFor(durationMs, perSecond, next);
  }

  /** A load of so many milliseconds, all of it answered. */
  async loadFor(durationMs: number, perSecond: number, next: (index: number) => LoadRequest): Promise<Sample[]> {
    const load = this.load(perSecond, next);
    await passed(durationMs);
    return load.stop();
  }

  /** How an upstream is, as operators see it. */
  async upstream(name: string): Promise<UpstreamState> {
    const { upstreams } = await this.asOperator<{ upstreams: UpstreamState[] }>('/admin/upstreams');
    return upstreams.find((upstream) => upstream.name === name)!;
  }

  /** Asks until the cache uses Redis. @returns when, on the clock of `performance.now()` */
  async redisIsUp(): Promise<number> {
    for (;;) {
      const { redis } = await this.asOperator<{ redis: { isUp: boolean } }>('/admin/cache');
      if (redis.isUp) return performance.now();
      await passed(10);
    }
  }

  /** What Prometheus scrapes. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.adminUrl}/metrics`)).text();
  }

  private async asOperator<Answer>(path: string): Promise<Answer> {
    const headers = this.access.admin;
    const answer = await fetch(`${this.adminUrl}${path}`, { headers });
    return (await answer.json()) as Answer;
  }

  /**
   * Asks until the breaker of a method is so, as operators see it.
   * @returns when, on the clock of `performance.now()`
   * @throws after 15 seconds
   */
  async breakerIs(upstream: string, method: string, isSo: (state: string) => boolean): Promise<number> {
    const since = performance.now();
    while (performance.now() - since < BREAKER_MS) {
      const { methods } = await this.upstream(upstream);
      if (isSo(methods.find((one) => one.method === method)!.breaker.state)) return performance.now();
      await passed(10);
    }
    throw new Error(
      `the breaker of ${upstream} ${method} is not as it should be: ${JSON.stringify(await this.upstream(upstream))}`,
    );
  }

  /** Ends every process and removes the data. */
  async close(): Promise<void> {
    await Promise.all(this.loads.map((load) => load.abandon()));
    await Promise.all([...this.processes.values()].map((one) => one.end()));
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async startGateway(environment: NodeJS.ProcessEnv): Promise<void> {
    this.ports.set('gateway', await freePort());
    this.ports.set('admin', await freePort());
    const gateway = await RealProcess.start('gateway', {
      CACHE: 'off',
      RATE_LIMIT: 'off',
      PORT: `${this.ports.get('gateway')}`,
      ADMIN_PORT: `${this.ports.get('admin')}`,
      JWT_PRIVATE_KEY: this.access.privateKey,
      USERS_URL: `http://${this.at('users')}`,
      ORDERS_URL: this.at('orders'),
      PRODUCTS_URL: this.at('products'),
      ...environment,
    });
    this.processes.set('gateway', gateway);
  }
}
