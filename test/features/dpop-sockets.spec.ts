import { ChatClient } from '#test/support/chat-client';
import { DpopClient, type Tokens } from '#test/support/dpop-client';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { type ClientOptions, WebSocket } from 'ws';

let shop: Shop;
let client: DpopClient;
let accessToken: string;
beforeAll(async () => {
  shop = await Shop.open({ DPOP_NONCE: 'on' });
  client = await DpopClient.at(shop);
  await client.logIn();
  ({ accessToken } = (await client.logIn()).body as Tokens);
});
afterAll(() => shop?.close());

/** Who is at a GraphQL socket; or with what it was closed. */
async function atSocket(
  connectionParams: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<unknown> {
  class Socket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers } as ClientOptions);
    }
  }
  const url = `${shop.gateway.url.replace('http', 'ws')}/graphql`;
  const socket = createClient({ url, webSocketImpl: Socket, retryAttempts: 0, connectionParams });
  try {
    for await (const { data } of socket.iterate({ query: '{ me { id } }' })) return data;
  } catch (error) {
    return (error as { code?: number }).code;
  } finally {
    await socket.dispose();
  }
  return undefined;
}

describe('a nonce', () => {
  it('is demanded of logins and of requests, which then go through', async () => {
    const other = await DpopClient.at(shop);
    const first = await other.logIn();
    expect([first.status, (first.body as { detail: string }).detail]).toEqual([
      400,
      'use_dpop_nonce: the proof needs a nonce of the gateway.',
    ]);
    const { body } = await other.logIn();
    expect((body as Tokens).tokenType).toBe('DPoP');
    other.nonce = 'made up';
    const refused = await other.send((body as Tokens).accessToken, 'get', '/v1/me');
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toMatch(/^DPoP error="use_dpop_nonce"/);
    expect((await other.send((body as Tokens).accessToken, 'get', '/v1/me')).status).toBe(200);
  });
});

describe('a token that is bound to a key, at a GraphQL socket', () => {
  it('is taken with the proof in the first message', async () => {
    const authorization = `DPoP ${accessToken}`;
    expect(await atSocket({ authorization, dpop: await client.proof('GET', '/graphql', accessToken) })).toEqual({
      me: { id: 'u1' },
    });
  });

  it('is taken with the proof in the headers of the upgrade', async () => {
    expect(await atSocket({}, await client.headers(accessToken, 'GET', '/graphql'))).toEqual({ me: { id: 'u1' } });
  });

  it('is refused without one, with one that was used, and as a bearer token', async () => {
    const authorization = `DPoP ${accessToken}`;
    expect(await atSocket({ authorization })).toBe(4403);
    const dpop = await client.proof('GET', '/graphql', accessToken);
    expect(await atSocket({ authorization, dpop })).toEqual({ me: { id: 'u1' } });
    expect(await atSocket({ authorization, dpop })).toBe(4403);
    expect(await atSocket({ authorization: `Bearer ${accessToken}` })).toBe(4403);
  });
});

describe('a token that is bound to a key, at Socket.IO', () => {
  async function come(auth: Record<string, unknown>): Promise<unknown> {
    const chat = ChatClient.open(shop.gateway.url, undefined, { auth, reconnection: false });
    try {
      await chat.decided();
      const [refused] = chat.all('(connect_error)') as { data: { code: string } }[];
      return refused?.data.code ?? 'in';
    } finally {
      chat.close();
    }
  }

  it('is taken with a proof, and not without', async () => {
    const dpop = await client.proof('GET', '/socket.io/', accessToken);
    expect(await come({ token: accessToken, dpop })).toBe('in');
    expect(await come({ token: accessToken, dpop })).toBe('UNAUTHENTICATED');
    expect(await come({ token: accessToken })).toBe('UNAUTHENTICATED');
    expect(await come({ token: accessToken, dpop: 7 })).toBe('UNAUTHENTICATED');
  });
});

describe('a token that is bound to a key, at a stream', () => {
  it('is taken with a proof', async () => {
    const follow = (headers: Record<string, string>) =>
      fetch(`${shop.gateway.url}/v1/events`, { headers: { accept: 'text/event-stream', ...headers } });
    const answer = await follow(await client.headers(accessToken, 'GET', '/v1/events'));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await answer.body!.cancel();
    expect((await follow({ authorization: `DPoP ${accessToken}` })).status).toBe(401);
  });
});
