import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Arrivals } from '#test/neighbours/proxies/arrivals';
import { type Deployed, HEARTBEAT_MS, PAGES_IDLE_SECONDS } from '#test/neighbours/proxies/deployed';
import { BEHIND_A_PROXY, type ProxiedShop } from '#test/neighbours/proxies/proxied-shop';
import { visit } from '#test/neighbours/proxies/visit';
import { certificateFiles } from '#test/support/certificate';
import { Follower } from '#test/support/follower';
import { Proxy } from '#test/support/neighbours/proxy';
import { secondGateway } from '#test/support/second-gateway';
import { openGraphqlSocket } from './graphql-socket.ts';

/** A gateway with a certificate, to which the proxy speaks HTTP/2. */
export function http2({ make, configureHttp2 }: Deployed, opened: () => ProxiedShop): void {
  if (!configureHttp2) return;

  describe('HTTP/2 to the gateway', () => {
    let url: string;
    let arrivals: Arrivals;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const certificate = certificateFiles();
      const { shop, access } = opened();
      const { gateway } = await secondGateway(shop, () => ({
        ...BEHIND_A_PROXY,
        ...certificate.files,
        JWT_PRIVATE_KEY: access.privateKey,
        STREAM_HEARTBEAT_MS: `${HEARTBEAT_MS}`,
      }));
      const { host, port } = new URL(gateway.url);
      arrivals = new Arrivals(Number(port));
      const proxy = await Proxy.start(make, (at, folder) =>
        configureHttp2(
          { port: at, folder, gateways: [host], idleSeconds: PAGES_IDLE_SECONDS },
          certificate.authority,
        ),
      );
      url = `http://${proxy.address}`;
      close = async () => {
        arrivals.close();
        await proxy.close();
        await gateway.stop();
        certificate.remove();
      };
    });
    afterAll(() => close?.());

    it('carries pages, writes and refusals', async () => {
      const headers = opened().access.of('u1');
      const paths = ['/v1/products/p23', '/v1/me?fields=id', '/graphql', '/v1/orders/none-at-all'] as const;
      const [page, own, graphql, none] = [
        await visit(url + paths[0]),
        await visit(url + paths[1], { headers }),
        await visit(url + paths[2], { method: 'POST', headers, body: { query: '{ me { id } }' } }),
        await visit(url + paths[3], { headers }),
      ];
      expect([page.json(), own.json(), graphql.json(), none.json()]).toMatchObject([
        { product: { id: 'p23' } },
        { id: 'u1' },
        { data: { me: { id: 'u1' } } },
        { code: 'NOT_FOUND' },
      ]);
      expect(paths.map((path) => arrivals.of(path)[0]?.httpVersion)).toEqual(paths.map(() => '2.0'));
    });

    it('carries streams, and WebSockets beside it', async () => {
      const headers = opened().access.of('u1');
      const follower = await Follower.open(`${url}/v1/events`, headers.authorization.slice('Bearer '.length));
      await follower.beaten(2);
      expect(arrivals.of('/v1/events')[0]?.httpVersion).toBe('2.0');
      follower.close();
      const socket = await openGraphqlSocket(url, headers);
      await socket.beaten(1);
      socket.close();
    });
  });
}
