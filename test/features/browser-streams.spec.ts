import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { Follower } from '#test/support/follower';
import { ProviderShop } from '#test/support/provider-shop';
import { eventually } from '#libs/testing';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const opened = await ProviderShop.open();
const { shop, provider } = opened;
afterAll(() => opened.close());
afterEach(() => {
  provider.person = { sub: 'u1', roles: ['customer'] };
  provider.statedSeconds = undefined;
});

const cookieOf = (browser: Browser) => ({
  cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  'sec-fetch-site': 'same-origin',
});

/** What a page of ours has open, with a session whose access token lives for two seconds. */
async function streaming() {
  provider.statedSeconds = 2;
  const browser = Browser.at(shop);
  await browser.logInAtProvider();
  const stream = await Follower.open(
    `${shop.gateway.url}/v1/events`,
    undefined,
    undefined,
    undefined,
    cookieOf(browser),
  );
  expect(stream.status).toBe(200);
  return { browser, stream };
}

const endOf = async (stream: Follower) => (await stream.until('end'))[0]!.data;

describe('a stream that a browser has open', () => {
  it('ends when the provider says that the grant is over, though nobody asks for anything', async () => {
    const { stream } = await streaming();
    provider.revokeAll();
    expect(await endOf(stream)).toEqual({ reason: 'provider' });
  });

  it('goes on while the session is renewed', async () => {
    const { stream } = await streaming();
    const before = provider.requests.refreshes;
    await eventually(() => provider.requests.refreshes >= before + 2);
    provider.revokeAll();
    expect(await endOf(stream)).toEqual({ reason: 'provider' });
    expect(stream.events.filter(({ event }) => event === 'end')).toHaveLength(1);
  });

  it('ends when the user may do less than when it was opened', async () => {
    const { browser, stream } = await streaming();
    provider.person = { sub: 'u1', roles: [] };
    expect(await endOf(stream)).toEqual({ reason: 'rights' });
    expect((await browser.get('/v1/events')).status).toBe(403);
  });
});

describe('a socket that a browser has open', () => {
  it('ends when the provider says that the grant is over', async () => {
    provider.statedSeconds = 2;
    const browser = Browser.at(shop);
    await browser.logInAtProvider();
    const socket = new WebSocket(`${shop.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { ...cookieOf(browser), origin: shop.gateway.url },
    });
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    const query = 'subscription { notifications { id } }';
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    provider.revokeAll();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4401, 'provider']);
  });
});
