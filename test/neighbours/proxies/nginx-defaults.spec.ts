import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Follower } from '#test/support/follower';
import { describeWith } from '#test/support/neighbours/describe-with';
import { addresses } from './behaviours/addresses.ts';
import { methods } from './behaviours/methods.ts';
import { ownPages } from './behaviours/own-pages.ts';
import { publicPages } from './behaviours/public-pages.ts';
import type { Deployed } from './deployed.ts';
import { main, nginx } from './makes/nginx.ts';
import { ProxiedShop } from './proxied-shop.ts';

jest.setTimeout(60_000);

/** A cache and compression switched on, the address passed on, and all else as nginx has it: HTTP/1.0, its own Host, buffering. */
const defaults: Deployed = {
  ...nginx,
  name: 'nginx with its defaults',
  configure: ({ port, folder, gateways: [gateway] }) =>
    main(
      folder,
      `proxy_cache_path ${folder}/cache keys_zone=pages:1m;
gzip on;
gzip_types application/json;
gzip_proxied any;
gzip_min_length 1;
gzip_http_version 1.0;
server {
  listen 127.0.0.1:${port};
  location / {
    proxy_pass http://${gateway};
    proxy_cache pages;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header Forwarded '';
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host $http_host;
  }
}`,
    ),
};

describeWith([nginx.program], defaults.name, () => {
  let shop: ProxiedShop;
  const opened = () => shop;

  beforeAll(async () => {
    shop = await ProxiedShop.open(defaults, { TRUST_PROXY: '127.0.0.1' });
  });
  afterAll(() => shop?.close());

  publicPages(defaults.can, opened);
  ownPages(opened);
  methods(opened);
  addresses(opened);

  it('lets a stream be heard at once, since the gateway forbids it to buffer', async () => {
    const follower = await Follower.open(`${shop.gateway.url}/v1/events/clock`);
    await follower.until('tick');
    follower.close();
  });

  it('weakens the ETag of what it compresses, which is as good for a 304', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    // Too small for the gateway to compress.
    const path = '/v1/products/p24?fields=product.id';
    const { headers: coded } = await shop.visit(path, { headers });
    expect([coded['content-encoding'], coded.etag]).toEqual(['gzip', expect.stringMatching(/^W\/"[^"]+"$/)]);
    const again = await shop.visit(path, { headers: { ...headers, 'if-none-match': coded.etag! } });
    expect([again.status, again.text]).toEqual([304, '']);
    const plain = await shop.visit(path);
    expect([plain.headers['content-encoding'], `W/${plain.headers.etag}`]).toEqual([undefined, coded.etag]);
  });

  it('drops Upgrade: the refusal of the gateway names the proxy', async () => {
    const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const headers = { ...upgrade, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const { status, text } = await shop.visit('/socket.io/?EIO=4&transport=websocket', { headers });
    expect([status, text]).toEqual([426, expect.stringMatching(/proxy/i)]);
  });
});
