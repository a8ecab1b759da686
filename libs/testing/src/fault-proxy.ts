import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { FaultLane, type Faults } from './fault-lane.ts';
import { seededRandom } from './seeded-random.ts';

export type { Faults } from './fault-lane.ts';

const NONE: Faults = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: Infinity,
  halfOpen: false,
  resetAfterBytes: Infinity,
  refuse: false,
};

/** Options of a fault proxy: its upstream, and the seed of its jitter. */
export interface FaultProxyOptions {
  /** `host:port`. */
  target: string;
  faults?: Partial<Faults>;
  seed?: number;
}

/** A TCP proxy on a free port of 127.0.0.1 that injects network faults (after Toxiproxy). */
export class FaultProxy {
  /** The number of accepted connections. */
  connections = 0;
  private readonly pairs = new Set<{ client: Socket; upstream: Socket; lanes: FaultLane[] }>();
  private readonly random: () => number;
  private faults: Faults;

  private constructor(
    private readonly server: Server,
    private readonly options: FaultProxyOptions,
  ) {
    this.faults = { ...NONE, ...options.faults };
    this.random = seededRandom(options.seed ?? 1);
    server.on('connection', (client) => this.join(client));
  }

  /** Starts a proxy with the given faults. */
  static async open(options: FaultProxyOptions): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new FaultProxy(server, options);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Its address, `host:port`. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The number of open connections. */
  get open(): number {
    return this.pairs.size;
  }

  /** Changes the given faults, also for open connections. */
  set(faults: Partial<Faults>): void {
    this.faults = { ...this.faults, ...faults };
    for (const { lanes } of this.pairs) for (const lane of lanes) lane.retime();
  }

  /** Loses the open connections without notice to either side, like a router that drops its state. New ones work. */
  loseConnections(): void {
    for (const { lanes } of this.pairs) for (const lane of lanes) lane.die();
  }

  /** Sends new connections to another upstream, `host:port`, as an address does that moves in a failover. */
  moveTo(target: string): void {
    this.options.target = target;
  }

  /** Removes all faults. */
  heal(): void {
    this.set(NONE);
  }

  /** Closes it and all connections. */
  async close(): Promise<void> {
    this.server.close();
    for (const { client, upstream } of this.pairs) {
      client.destroy();
      upstream.destroy();
    }
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    this.connections += 1;
    if (this.faults.refuse) return void client.resetAndDestroy();
    const [host, port] = this.options.target.split(':');
    const upstream = connect({ port: Number(port), host, allowHalfOpen: true, noDelay: true });
    const reset = () => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    const shared = { faults: () => this.faults, random: this.random, reset };
    const pair = {
      client,
      upstream,
      lanes: [
        new FaultLane(client, upstream, { ...shared, carries: 'requests' }),
        new FaultLane(upstream, client, { ...shared, carries: 'answers' }),
      ],
    };
    this.pairs.add(pair);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => {
        // A regular end is forwarded after all preceding bytes.
        if (!one.readableEnded) other.resetAndDestroy();
        if (client.destroyed) this.pairs.delete(pair);
      });
    }
  }
}
