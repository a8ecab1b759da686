import { setTimeout as wait } from 'node:timers/promises';
import { Access } from '#test/support/access';
import { Proxy } from '#test/support/neighbours/proxy';
import { Shop } from '#test/support/shop';
import { Arrivals } from './arrivals.ts';
import { type Deployed, HEARTBEAT_MS, IDLE_SECONDS } from './deployed.ts';
import { type Answer, begun, type Visit, visit } from './visit.ts';

const MAX_TRIES = 5;
const POLL_MS = 50;

/** The page of another origin that may read answers. */
export const ORIGIN = 'https://shop.example';

/** The settings of a gateway behind a proxy: docs/deploy/README.md. Clients of tests come from other addresses of 127.0.0.0/8. */
export const BEHIND_A_PROXY: NodeJS.ProcessEnv = {
  CACHE: 'on',
  // Nobody is refused, and everybody is told how much is left.
  RATE_LIMIT: 'on',
  RATE_LIMIT_ANONYMOUS: '9999999/60',
  RATE_LIMIT_CUSTOMER: '9999999/60',
  RATE_LIMIT_LOGIN: '9999999/60',
  RATE_LIMIT_SEARCH: '9999999/60',
  CORS_ORIGINS: ORIGIN,
  TRUST_PROXY: '1',
  STREAM_HEARTBEAT_MS: `${HEARTBEAT_MS}`,
};

/** A shop whose gateway is reached by way of a proxy. */
export class ProxiedShop {
  private constructor(
    readonly shop: Shop,
    readonly access: Access,
    readonly proxy: Proxy,
    readonly arrivals: Arrivals,
  ) {}

  /** Opens it. @param environment settings of the gateway that differ from `BEHIND_A_PROXY` */
  static async open(deployed: Deployed, environment: NodeJS.ProcessEnv = {}): Promise<ProxiedShop> {
    const access = new Access();
    const shop = await Shop.open({ ...BEHIND_A_PROXY, JWT_PRIVATE_KEY: access.privateKey, ...environment });
    const { host, port } = new URL(shop.gateway.url);
    const proxy = await Proxy.start(deployed.make, (at, folder) =>
      deployed.configure({ port: at, folder, gateways: [host], idleSeconds: IDLE_SECONDS }),
    ).catch(async (error: unknown) => {
      await shop.close();
      throw error;
    });
    return new ProxiedShop(shop, access, proxy, new Arrivals(Number(port)));
  }

  /** Where clients come in; the test's own clients take it for a gateway. */
  get gateway(): { url: string } {
    return { url: `http://${this.proxy.address}` };
  }

  /** One request by way of the proxy. */
  visit(path: string, how?: Visit): Promise<Answer> {
    return visit(this.gateway.url + path, how);
  }

  /** The head of an answer that does not end. */
  begun(path: string, headers: Record<string, string>): Promise<Pick<Answer, 'status' | 'headers'>> {
    return begun(this.gateway.url + path, headers);
  }

  /** How many requests for a path have reached the gateway. */
  reached(path: string): number {
    return this.arrivals.of(path).length;
  }

  /**
   * Asks for a page until the proxy answers by itself: some keep a page a moment after the client has all of it.
   * @returns how often the gateway was asked until then
   * @throws {Error} where it is asked each time
   */
  async cached(path: string): Promise<number> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const before = this.reached(path);
      await this.visit(path);
      if (before && this.reached(path) === before) return before;
      await wait(POLL_MS);
    }
    throw new Error(`${path} is not cached`);
  }

  async close(): Promise<void> {
    this.arrivals.close();
    await this.proxy.close();
    await this.shop.close();
  }
}
