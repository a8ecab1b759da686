import { once } from 'node:events';
import { get as getStream, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchCoded } from '#gateway/edge/compression/coded.fixture';
import { Browser } from '#test/support/browser';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

/** A client that takes any coding and nothing as it is: it is answered all the same. */
const ANY = 'zstd, br, gzip, identity;q=0';

let shop: Shop;
let bearer: Record<string, string>;
beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on' });
  const ada = await Client.of(shop, 'ada');
  bearer = { authorization: `Bearer ${ada.token}` };
});
afterAll(() => shop?.close());

const coded = (path: string, coding: string, headers: Record<string, string> = {}) =>
  fetchCoded(shop.gateway.url + path, { 'accept-encoding': coding, ...headers });
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetchCoded(shop.gateway.url + path, headers, { method: 'POST', body });

describe('an answer that holds a secret', () => {
  it('is never packed: tokens, cookies, sessions', async () => {
    const ada = { email: 'ada@example.com', password: 'analytical-engine' };
    const login = await post('/v1/auth/login', ada, { 'accept-encoding': ANY });
    const { refreshToken } = JSON.parse(login.text) as { refreshToken: string };
    const browser = Browser.at(shop);
    await browser.post('/bff/login', ada);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answers = [
      login,
      await post('/v1/auth/refresh', { refreshToken }, { 'accept-encoding': ANY }),
      await post('/bff/login', ada, { 'accept-encoding': ANY, 'x-csrf': '1' }),
      await coded('/bff/session', ANY, { cookie, 'x-csrf': '1' }),
      await coded('/v1/auth/sessions', ANY, bearer),
    ];
    for (const { status, headers } of answers) {
      expect(status).toBeLessThan(300);
      expect(headers['content-encoding']).toBeUndefined();
    }
  });
});

describe('an answer of GraphQL', () => {
  it('comes as it is to a mutation, and where there is no operation', async () => {
    const input = '{ email: "ada@example.com", password: "analytical-engine" }';
    const query = `mutation { ${'a b c d e'
      .split(' ')
      .map((alias) => `${alias}: login(input: ${input}) { accessToken refreshToken }`)
      .join(' ')} }`;
    const login = await post('/graphql', { query }, { 'accept-encoding': ANY });
    expect(login.bytes.length).toBeGreaterThan(1_000);
    expect(login.text).toContain('accessToken');
    const wrong = await post('/graphql', { query: `{ ${'nothing '.repeat(40)} }` }, { 'accept-encoding': ANY });
    for (const { headers } of [login, wrong]) {
      expect([headers['content-encoding'], headers['vary'] ?? '']).toEqual([
        undefined,
        expect.not.stringContaining('Accept-Encoding'),
      ]);
    }
  });
});

describe('a stream', () => {
  it.each(['/v1/events/clock', '/v1/home'])('is sent event by event, as it is: %s', async (path) => {
    const headers = { accept: 'text/event-stream', 'accept-encoding': ANY, ...bearer };
    const requested = getStream(shop.gateway.url + path, { headers, agent: false });
    const [answer] = (await once(requested, 'response')) as [IncomingMessage];
    const [chunk] = (await once(answer, 'data')) as [Buffer];
    requested.destroy();
    expect(answer.headers).toMatchObject({ 'content-type': expect.stringContaining('text/event-stream') });
    expect([answer.headers['content-encoding'], String(chunk)]).toEqual([
      undefined,
      expect.stringMatching(/^(event|data|id|retry|:)/m),
    ]);
  });
});

it('a client that accepts no coding, and nothing as it is, is refused before anything is done', async () => {
  const { status, text } = await coded('/v1/home', 'identity;q=0', bearer);
  expect([status, JSON.parse(text)]).toEqual([406, expect.objectContaining({ code: 'NOT_ACCEPTABLE' })]);
});
