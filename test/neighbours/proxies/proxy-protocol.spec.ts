import { once } from 'node:events';
import { type IncomingMessage, request as open } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { certificateFiles } from '#test/support/certificate';
import { describeWith } from '#test/support/neighbours/describe-with';
import * as programs from '#test/support/neighbours/programs';
import { Proxy } from '#test/support/neighbours/proxy';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';

jest.setTimeout(60_000);

const LOGIN = JSON.stringify({ email: 'ada@example.com', password: 'analytical-engine' });
/** Where clients come from: every address in 127.0.0.0/8 is this machine's. */
const CLIENT = '127.0.0.77';

/** HAProxy that passes TCP on, checks that the gateway lives, and says who connects. */
const startHaproxy = (gatewayUrl: string, server: string): Promise<Proxy> =>
  Proxy.start(
    { command: programs.serverCommand('haproxy'), args: (file) => ['-db', '-f', file] },
    (port) => `
defaults
  mode tcp
  timeout connect 5s
  timeout client 1m
  timeout server 1m
frontend clients
  bind 127.0.0.1:${port}
  default_backend gateways
backend gateways
  option httpchk GET /livez
  server gateway ${new URL(gatewayUrl).host} ${server} check inter 200ms rise 1 fall 1
`,
  );

describeWith([programs.haproxy], 'HAProxy that passes TCP on', () => {
  const { files, authority, remove } = certificateFiles();
  const proxies: Proxy[] = [];
  let shop: Shop;
  let secure: SecondGateway;

  beforeAll(async () => {
    const settings = { PROXY_PROTOCOL: 'loopback' };
    shop = await Shop.open(settings);
    secure = await secondGateway(shop, () => ({ ...settings, ...files }));
  });
  afterEach(() => Promise.all(proxies.splice(0).map((proxy) => proxy.close())));
  afterAll(async () => {
    await secure?.gateway.stop();
    await shop?.close();
    remove();
  });

  const haproxy = async (gatewayUrl: string, server: string) => {
    const proxy = await startHaproxy(gatewayUrl, server);
    proxies.push(proxy);
    return proxy;
  };

  it.each([
    ['send-proxy', 'v1'],
    ['send-proxy-v2', 'v2'],
    ['send-proxy-v2-ssl-cn proxy-v2-options unique-id,crc32c', 'v2-more'],
  ])('names the client: %s', async (server, id) => {
    const { port } = await haproxy(shop.gateway.url, server);
    // A check is a connection of the proxy's own. Once one was answered, the gateway is still up for it.
    const checks = () => shop.logs.gateway.with({ route: '/livez', status: 200 }).length;
    const before = checks();
    while (checks() === before) await once(shop.logs.gateway, 'line');
    const pending = open({
      port,
      host: '127.0.0.1',
      localAddress: CLIENT,
      agent: false,
      path: '/v1/auth/login',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id },
    });
    pending.end(LOGIN);
    const [answer] = (await once(pending, 'response')) as [IncomingMessage];
    await text(answer);
    expect(answer.statusCode).toBe(200);
    const line = await shop.logs.gateway.first({ audit: 'login.ok', requestId: id });
    expect(line).toMatchObject({ address: CLIENT });
  });

  it('passes a WebSocket on', async () => {
    const { port } = await haproxy(shop.gateway.url, 'send-proxy-v2');
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
      localAddress: CLIENT,
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(message))).toMatchObject({ type: 'connection_ack' });
    socket.terminate();
  });

  it.each(['send-proxy check-ssl verify none', 'send-proxy-v2 check-ssl verify none'])(
    'passes TLS on, and names the client of HTTP/2: %s',
    async (server) => {
      const { port } = await haproxy(secure.gateway.url, server);
      const raw = connect({ port, host: '127.0.0.1', localAddress: CLIENT });
      const tls = connectTls({ socket: raw, ca: authority, servername: 'localhost', ALPNProtocols: ['h2'] });
      const session = connectHttp2('https://localhost', { createConnection: () => tls });
      const id = `h2-${port}`;
      const stream = session.request({
        ':method': 'POST',
        ':path': '/v1/auth/login',
        'content-type': 'application/json',
        'x-request-id': id,
      });
      stream.end(LOGIN);
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      await text(stream);
      await new Promise<void>((done) => session.close(done));
      expect(headers[':status']).toBe(200);
      const line = await secure.log.first({ audit: 'login.ok', requestId: id });
      expect(line).toMatchObject({ address: CLIENT });
    },
  );
});
