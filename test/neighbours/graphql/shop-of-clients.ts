import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Arrivals } from '#test/neighbours/proxies/arrivals';
import { Access } from '#test/support/access';
import { type SecondGateway, secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { FRONT_ENDS, type FrontEndName, type FrontEndProcess } from './front-end-process.ts';
import { PERSISTED, Project } from './project.ts';

const STEP_MS = 40;

/** A shop, its front ends of other makes, and gateways that differ in a setting. */
export class ShopOfClients {
  readonly access = new Access();
  readonly project = new Project();
  shop!: Shop;
  /** A gateway that lets an address in once a minute. */
  limited!: SecondGateway;
  /** A gateway that takes no operations but those it knows: Relay's, and those of the app. */
  trusted!: SecondGateway;

  private readonly frontEnds = new Map<FrontEndName, FrontEndProcess>();

  static async open(): Promise<ShopOfClients> {
    const all = new ShopOfClients();
    try {
      await all.start();
      return all;
    } catch (error) {
      await all.close();
      throw error;
    }
  }

  /** Where the gateway is. */
  get url(): string {
    return this.shop.gateway.url;
  }

  frontEnd(name: FrontEndName): FrontEndProcess {
    return this.frontEnds.get(name)!;
  }

  /** What a route of REST answers to Ada. @throws {Error} with the answer, where it is an error */
  async rest<Body>(path: string, body?: object): Promise<Body> {
    const headers = { ...this.access.of('u1'), 'content-type': 'application/json' };
    const sent = body && { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, { headers, ...sent });
    if (!answer.ok) throw new Error(`${path} is ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Body;
  }

  /** What reached a gateway while something was asked. */
  async received<T>(send: () => Promise<T>, gateway: { url: string } = this.shop.gateway) {
    const arrivals = new Arrivals(Number(new URL(gateway.url).port));
    try {
      const answer = await send();
      return { requested: arrivals.below('/graphql'), answer };
    } finally {
      arrivals.close();
    }
  }

  /** Where the gateway is, and the token of a caller. */
  as(userId: string): { url: string; token: string } {
    return { url: this.url, token: tokenIn(this.access.of(userId)) };
  }

  /** The same with a token that has expired. */
  asBefore(userId: string): { url: string; token: string } {
    return { url: this.url, token: tokenIn(this.access.expired(userId)) };
  }

  async close(): Promise<void> {
    await this.project.close();
    await Promise.all([this.limited, this.trusted].map((one) => one?.gateway.stop()));
    await this.shop?.close();
  }

  private async start(): Promise<void> {
    // What is refused for load would be no word of a client's.
    const settings = { JWT_PRIVATE_KEY: this.access.privateKey, SHEDDING: 'off' };
    this.shop = await Shop.open(settings, { ORDER_STEP_MS: `${STEP_MS}` });
    await this.project.generate(this.shop.gateway.url);
    const folder = this.persistedOperations();
    this.limited = await secondGateway(this.shop, () => ({
      ...settings,
      RATE_LIMIT: 'on',
      RATE_LIMIT_ANONYMOUS: '4/60',
    }));
    this.trusted = await secondGateway(this.shop, () => ({
      ...settings,
      GRAPHQL_MODE: 'trusted',
      CLIENTS_DIR: folder,
    }));
    const started = await Promise.all(FRONT_ENDS.map((name) => this.project.start(name)));
    for (const one of started) this.frontEnds.set(one.name, one);
  }

  /** What a release of the front ends would give to the gateway: a folder a client, a file an operation. */
  private persistedOperations(): string {
    const folder = this.project.at('trusted');
    const persisted = JSON.parse(readFileSync(this.project.at(PERSISTED), 'utf8')) as Record<string, string>;
    const files = Object.entries(persisted).map(([hash, text]) => [`relay/${hash}`, text] as const);
    const ofApp = readFileSync('clients/mobile/orders.graphql', 'utf8');
    for (const [id, text] of [...files, ['mobile/orders', ofApp] as const]) {
      mkdirSync(join(folder, id, '..'), { recursive: true });
      writeFileSync(join(folder, `${id}.graphql`), text);
    }
    return folder;
  }
}

const tokenIn = ({ authorization }: { authorization: string }): string => authorization.slice('Bearer '.length);
