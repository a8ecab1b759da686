import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { freePort } from '#libs/testing';
import { certificateFiles } from '#test/support/certificate';
import { RealProcess } from '#test/support/process';
import { RealShop } from '#test/support/real-shop';

const CUSTOMER = 'u1';
const POLL_MS = 20;

/** Gateways of one shop: a plain one, one with TLS and HTTP/2, and one that allows a list a day. */
export class JourneyShop {
  private readonly certificate = certificateFiles();
  private readonly gateways: RealProcess[] = [];
  /** What scripts are given in their environment. */
  readonly environment: Record<string, string> = {};

  private constructor(private readonly shop: RealShop) {}

  static async open(authorityFile: string): Promise<JourneyShop> {
    const shop = await RealShop.open(async () => ({ STOREFRONT: 'on' }));
    const journey = new JourneyShop(shop);
    const tls = await journey.gateway({ RATE_LIMIT: 'off', ...journey.certificate.files });
    // A list of products costs 2.
    const limited = await journey.gateway({ RATE_LIMIT_ANONYMOUS: '2/86400' });
    Object.assign(journey.environment, {
      URL: shop.url,
      TLS_URL: `https://localhost:${tls}`,
      LIMITED_URL: `http://127.0.0.1:${limited}`,
      FILE_URL: await journey.exportedFile(),
      CA: authorityFile,
    });
    return journey;
  }

  /** The certificate of the authority, as PEM. */
  get authority(): string {
    return this.certificate.authority;
  }

  /** What all gateways have logged as warnings and errors, and their answers with a status of 500 or more. */
  get complaints(): unknown[] {
    const lines = [this.shop.gateway, ...this.gateways].flatMap(({ log }) => log.lines);
    const isBad = ({ level, status }: Record<string, unknown>) =>
      level === 'error' || level === 'fatal' || Number(status) >= 500;
    return lines.filter(isBad);
  }

  async close(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.end()));
    await this.shop.close();
    this.certificate.remove();
  }

  private async gateway(settings: NodeJS.ProcessEnv): Promise<number> {
    const port = await freePort();
    this.gateways.push(
      await RealProcess.start('gateway', {
        PORT: `${port}`,
        ADMIN_PORT: '0',
        JWT_PRIVATE_KEY: this.shop.access.privateKey,
        USERS_URL: `http://${this.shop.at('users')}`,
        ORDERS_URL: this.shop.at('orders'),
        PRODUCTS_URL: this.shop.at('products'),
        STOREFRONT: 'on',
        ...settings,
      }),
    );
    return port;
  }

  /** The link of an export. */
  private async exportedFile(): Promise<string> {
    const headers = { 'content-type': 'application/json', ...this.shop.access.of(CUSTOMER) };
    const body = JSON.stringify({ format: 'CSV' });
    const added = await fetch(`${this.shop.url}/v1/orders/exports`, { method: 'POST', headers, body });
    const { id } = (await added.json()) as { id: string };
    for (;;) {
      const job = await fetch(`${this.shop.url}/v1/jobs/${id}`, { headers });
      const { result } = (await job.json()) as { result: { url: string } | null };
      if (result) return this.shop.url + result.url;
      await new Promise((resolve) => void setTimeout(resolve, POLL_MS));
    }
  }
}

/** Passes connections on to a gateway, and counts them. */
export class ConnectionCounter {
  connections = 0;

  private constructor(private readonly server: Server) {}

  static async open(to: string): Promise<ConnectionCounter> {
    const { hostname, port } = new URL(to);
    const server = createServer((client) => {
      counter.connections += 1;
      const gateway = connect(Number(port), hostname);
      client.pipe(gateway).pipe(client);
      client.on('error', () => gateway.destroy());
      gateway.on('error', () => client.destroy());
    });
    const counter = new ConnectionCounter(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return counter;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }
}
