import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '#libs/testing';
import { Access } from '#test/support/access';
import { type SecondGateway, secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';

const CUSTOMER = 'u1';
const STEP_MS = 40;
/** What the limited gateway allows an address in a day: a list of products. */
const LIMIT = 2;

/** A shop, gateways that differ in a setting, and what programs in other languages are told of them. */
export class ShopOfLanguages {
  private readonly access = new Access();
  private readonly folder = mkdtempSync(join(tmpdir(), 'atrium-languages-'));
  private readonly gateways: SecondGateway[] = [];
  private shop!: Shop;
  environment!: Record<string, string | undefined>;

  static async open(): Promise<ShopOfLanguages> {
    const all = new ShopOfLanguages();
    try {
      await all.start();
      return all;
    } catch (error) {
      await all.close();
      throw error;
    }
  }

  /** An empty folder, for what a program writes. */
  work(): string {
    return mkdtempSync(join(this.folder, 'work-'));
  }

  /** What all gateways have logged as errors. */
  get complaints(): unknown[] {
    const logs = [this.shop.logs.gateway, ...this.gateways.map(({ log }) => log)];
    return logs.flatMap(({ lines }) => lines).filter(({ level }) => level === 'error' || level === 'fatal');
  }

  async close(): Promise<void> {
    await Promise.all(this.gateways.map(({ gateway }) => gateway.stop()));
    await this.shop?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async start(): Promise<void> {
    // What is refused for load would be no word of a client's.
    const settings = { JWT_PRIVATE_KEY: this.access.privateKey, SHEDDING: 'off' };
    this.shop = await Shop.open(settings, { ORDER_STEP_MS: `${STEP_MS}` });
    const limited = await this.gateway({ ...settings, RATE_LIMIT: 'on', RATE_LIMIT_ANONYMOUS: `${LIMIT}/86400` });
    const broken = await this.gateway({ ...settings, ORDERS_URL: `127.0.0.1:${await freePort()}` });
    if (!(await fetch(`${limited}/v1/products`)).ok) throw new Error('its limit is below the cost of a list');
    const tokenIn = ({ authorization }: { authorization: string }) => authorization.slice('Bearer '.length);
    // Not all of this process: settings of proxies in it would be of the machine.
    this.environment = {
      PATH: process.env['PATH'],
      HOME: homedir(),
      LANG: 'C.UTF-8',
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      URL: this.shop.gateway.url,
      LIMITED_URL: limited,
      BROKEN_URL: broken,
      TOKEN: tokenIn(this.access.of(CUSTOMER)),
      EXPIRED: tokenIn(this.access.expired(CUSTOMER)),
      SEARCH: 'Zoë & "<b>" 🙂',
      SCHEMA: resolve('schema.graphql'),
      OPERATIONS: operations().join(':'),
    };
  }

  private async gateway(settings: NodeJS.ProcessEnv): Promise<string> {
    const started = await secondGateway(this.shop, () => settings);
    this.gateways.push(started);
    return started.gateway.url;
  }
}

/** The files of the operations of our front ends, the home page first. */
function operations(): string[] {
  const files = readdirSync('clients', { recursive: true, encoding: 'utf8' });
  const others = files.filter((file) => file.endsWith('.graphql') && file !== 'web/home.graphql');
  return ['web/home.graphql', ...others].map((file) => resolve('clients', file));
}
