import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Proxy } from '#test/support/neighbours/proxy';
import { aWireOrder, ExportShop, threeOrders, type UpstreamExport } from '#test/support/export-shop';
import { moved } from '#test/support/neighbours/deploy-page';
import { type Deployed, PAGES_IDLE_SECONDS } from './deployed.ts';
import { BEHIND_A_PROXY } from './proxied-shop.ts';

/** The versions of HTTP between client and proxy, as curl has them. HTTP/2 without TLS begins with its preface. */
export const VERSIONS = {
  'HTTP/1.0': '--http1.0',
  'HTTP/1.1': '--http1.1',
  'HTTP/2': '--http2-prior-knowledge',
} as const;
export type Version = keyof typeof VERSIONS;

/** How each make is made to take HTTP/2 from clients; undefined where it cannot. */
const HTTP2: Record<string, (config: string, port: number) => string> = {
  nginx: (config, port) => moved(config, [[`listen 127.0.0.1:${port};`, `listen 127.0.0.1:${port} http2;`]]),
  HAProxy: (config) => config,
  Varnish: (config) => config,
  Apache: (config) =>
    moved(config, [
      [
        'User www-data',
        `LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so\nProtocols h2c http/1.1\nUser www-data`,
      ],
    ]),
  Caddy: (config) => moved(config, [[/^\{\n/, '{\n\tservers {\n\t\tprotocols h1 h2c\n\t}\n']]),
};

/** Whether a make takes a version from clients. */
export const takes = (deployed: Deployed, version: Version): boolean =>
  version !== 'HTTP/2' || deployed.name in HTTP2;

/** A transfer as curl had it. */
export interface Transfer {
  /** curl's exit code: 0 for a whole answer; 18, 56 and 92 for broken ones. */
  exitCode: number;
  text: string;
}

/** A gateway whose exports tests write by hand, behind a proxy. */
export class ProxiedExports {
  private constructor(
    readonly shop: ExportShop,
    private readonly proxy: Proxy,
  ) {}

  /** Opens it, for clients of one version of HTTP. */
  static async open(deployed: Deployed, version: Version): Promise<ProxiedExports> {
    const shop = await ExportShop.open({
      ...BEHIND_A_PROXY,
      CACHE: 'off',
      RATE_LIMIT: 'off',
      TLS_CERT_FILE: undefined,
      TLS_KEY_FILE: undefined,
    });
    const { host } = new URL(shop.gateway.url);
    const isHttp2 = version === 'HTTP/2';
    const { make } = deployed;
    const args: typeof make.args = (file, port) => [
      ...make.args(file, port),
      ...(isHttp2 && deployed.name === 'Varnish' ? ['-p', 'feature=+http2'] : []),
    ];
    const proxy = await Proxy.start({ ...make, args }, (port, folder) => {
      const place = { port, folder, gateways: [host], idleSeconds: PAGES_IDLE_SECONDS };
      const config = deployed.configure(place);
      return isHttp2 ? HTTP2[deployed.name]!(config, port) : config;
    }).catch(async (error: unknown) => {
      await shop.close();
      throw error;
    });
    const opened = new ProxiedExports(shop, proxy);
    shop.answer = threeOrders;
    // Some wait for their first look at the health of gateways.
    while (!(await opened.download(version, 'text/csv')).text.startsWith('id,'));
    return opened;
  }

  /** Downloads an export with curl. @param onData is called with the first bytes */
  async download(version: Version, accept: string, onData = () => {}): Promise<Transfer> {
    const curl = this.curl(version, accept);
    let text = '';
    curl
      .stdout!.setEncoding('utf8')
      .once('data', onData)
      .on('data', (part: string) => (text += part));
    const [exitCode] = (await once(curl, 'close')) as [number];
    return { exitCode, text };
  }

  /** Begins to download an export with curl, whose output nobody reads. */
  curl(version: Version, accept: string): ChildProcess {
    const { authorization } = this.shop.access.of('u1');
    const headers = [`Authorization: ${authorization}`, `Accept: ${accept}`].flatMap((each) => ['-H', each]);
    const url = `http://${this.proxy.address}/v1/orders/export`;
    const args = ['--silent', '--no-buffer', '--max-time', '60', VERSIONS[version], ...headers, url];
    return spawn('curl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** Begins an export over HTTP/1.1 on a socket that reads nothing. */
  stall(accept: string): Socket {
    const socket = connect(this.proxy.port, '127.0.0.1');
    const { authorization } = this.shop.access.of('u1');
    const head = [
      'GET /v1/orders/export HTTP/1.1',
      `Host: ${this.proxy.address}`,
      `Authorization: ${authorization}`,
    ];
    socket.pause().write([...head, `Accept: ${accept}`, '', ''].join('\r\n'));
    return socket.on('error', () => {});
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.shop.close();
  }
}

/** Sends batches of orders for as long as they are taken. @returns how many have been sent until now */
export function endless(upstream: UpstreamExport): () => number {
  let sent = 0;
  const batch = Array.from({ length: 200 }, (_, n) => aWireOrder(n + 1));
  const send = async () => {
    while (!upstream.stream.destroyed) {
      upstream.send(...batch);
      sent += batch.length;
      if (upstream.stream.writableNeedDrain) await once(upstream.stream, 'drain');
      else await new Promise(setImmediate);
    }
  };
  send().catch(() => {});
  return () => sent;
}
