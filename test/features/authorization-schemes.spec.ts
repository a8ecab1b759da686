import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocket } from 'ws';

let shop: Shop;
let ada: Client;
let anybody: Client;

beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
  anybody = Client.anonymous(shop);
});
afterAll(() => shop.close());

describe('the header Authorization lets in', () => {
  it.each(['Basic dTE6cA==', 'basic dTE6cA==', 'Negotiate YII=', 'Digest username="a", realm="b"', 'Token abc'])(
    'anybody whose credentials are of another scheme, for a proxy in front: %s',
    async (authorization) => {
      expect((await anybody.get('/v1/products/p1', { authorization })).status).toBe(200);
      const closed = await anybody.get('/v1/me', { authorization });
      expect([closed.status, closed.body.detail]).toEqual([401, 'A token is required: log in first.']);
      // RFC 6750, section 3.1: no error code for a method that is not supported.
      expect(closed.headers['www-authenticate']).toMatch(/^Bearer, DPoP algs=/);
    },
  );

  it.each(['', '  '])('anybody who sends it empty, as pages do before a login: "%s"', async (authorization) => {
    expect((await anybody.get('/v1/products/p1', { authorization })).status).toBe(200);
    const closed = await anybody.get('/v1/me', { authorization });
    expect([closed.status, closed.body.detail]).toEqual([401, 'A token is required: log in first.']);
    expect(closed.headers['www-authenticate']).toMatch(/^Bearer, DPoP algs=/);
  });

  it('a browser by its session beside an empty one, from its own pages alone', async () => {
    const browser = Browser.at(shop);
    await browser.post('/bff/login', { email: 'ada@example.com', password: 'analytical-engine' });
    expect((await browser.get('/v1/me', { authorization: '' })).body.id).toBe('u1');
    expect((await browser.get('/v1/me', { authorization: '', 'x-csrf': '' })).status).toBe(403);
  });

  it.each(['Bearer', 'Bearer a b', 'Bearer "x"', 'eyJhbGciOiJub25lIn0'])(
    'nobody whose token is malformed, not even where none is needed: "%s"',
    async (authorization) => {
      expect((await anybody.get('/v1/products/p1', { authorization })).status).toBe(401);
    },
  );

  it('nobody whose header has another form, and says so', async () => {
    const token = ada.token!;
    const form = 'Authorization must be Bearer or DPoP, a space, and the token.';
    for (const authorization of [token, `Bearer Bearer ${token}`, `Bearer: ${token}`, `Bearer "${token}"`, 'DPoP'])
      expect((await anybody.get('/v1/me', { authorization })).body.detail).toBe(form);
    const long = await anybody.get('/v1/me', { authorization: `Bearer ${'a'.repeat(8_193)}` });
    expect([long.status, long.body.detail]).toEqual([401, 'The token has more than 8192 characters.']);
    const invalid = await anybody.get('/v1/me', { authorization: `Bearer ${token}x` });
    expect(invalid.body.detail).toBe('The token is not valid.');
  });

  it('who has a token after several spaces (RFC 9110, section 11.4)', async () => {
    expect((await anybody.get('/v1/me', { authorization: `Bearer   ${ada.token}` })).status).toBe(200);
  });
});

describe('a token in the query', () => {
  it.each(['/v1/me?', '/v1/events?lastEventId=1&', '/graphql?query=%7Bme%7Bid%7D%7D&', '/v1/views/web/home?'])(
    'lets nobody in, and that is said: %s',
    async (path) => {
      for (const name of ['access_token', 'token']) {
        const { status, body } = await anybody.get(`${path}${name}=${ada.token}`, { accept: '*/*' });
        const detail = body.errors?.[0].message ?? body.detail;
        expect([status, detail]).toEqual([
          401,
          'A token in the query is not read: send it as Authorization: Bearer.',
        ]);
      }
    },
  );

  it('is no reason to refuse what is public, or who has another', async () => {
    const query = `query=%7Bproducts%7Btotal%7D%7D&access_token=${ada.token}`;
    expect((await anybody.get(`/graphql?${query}`)).status).toBe(200);
    expect((await ada.get('/graphql?query=%7Bme%7Bid%7D%7D&access_token=x')).body.data).toEqual({
      me: { id: 'u1' },
    });
    expect((await anybody.get('/v1/me?token=')).body.detail).toBe('A token is required: log in first.');
  });
});

describe('the credentials of connection_init', () => {
  /** The first answer to a question after the message, or how the socket was closed. */
  async function answerTo(payload: unknown, search = ''): Promise<unknown> {
    const url = `${shop.gateway.url.replace('http', 'ws')}/graphql${search}`;
    const socket = new WebSocket(url, GRAPHQL_TRANSPORT_WS_PROTOCOL);
    const closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)]);
    await once(socket, 'open');
    const messages = [
      { type: 'connection_init', payload },
      { id: '1', type: 'subscribe', payload: { query } },
    ];
    for (const message of messages) {
      socket.send(JSON.stringify(message));
      const ended = await Promise.race([once(socket, 'message').then(([data]) => String(data)), closed]);
      if (typeof ended !== 'string') return ended;
      const { id, payload: answer } = JSON.parse(ended) as { id?: string; payload: unknown };
      if (id !== undefined) socket.close();
      if (id !== undefined) return answer;
    }
    return undefined;
  }
  const query = '{ me { id } }';

  const header = (token: string) => `Bearer ${token}`;
  it.each<[string, (token: string) => object]>([
    ['in lower case', (token) => ({ authorization: header(token) })],
    ['as a header is written', (token) => ({ Authorization: header(token) })],
    ['in capitals', (token) => ({ AUTHORIZATION: `BEARER ${token}` })],
    ['among headers', (token) => ({ headers: { Authorization: header(token) } })],
    [
      'among headers, beside null',
      (token) => ({ authorization: null, Headers: { authorization: header(token) } }),
    ],
    ['with blanks and a line feed around it', (token) => ({ authorization: ` ${header(token)}\n` })],
    ['beside other members', (token) => ({ authorization: header(token), token: 'x', lang: 'de' })],
  ])('are read %s', async (_, payload) => {
    expect(await answerTo(payload(ada.token!))).toEqual({ data: { me: { id: 'u1' } } });
  });

  const EMPTY = ['', ' ', null].flatMap((none) => [
    { authorization: none },
    { headers: { Authorization: none } },
    { authToken: none },
    { auth: { token: none } },
  ]);
  it.each([undefined, null, {}, { headers: {} }, { headers: 'a' }, { locale: 'de', tokens: '7' }, ...EMPTY])(
    'are none in %j',
    async (payload) => {
      expect(await answerTo(payload)).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    },
  );

  const FORM = 'Authorization must be Bearer or DPoP, a space, and the token.';
  const unread = (name: string) => `Credentials in ${name} are not read: send authorization.`;
  it.each<[object, number, string]>([
    [{ authorization: 'Basic dTE6cA==' }, 4403, FORM],
    [{ authorization: 'eyJhbGciOiJub25lIn0' }, 4403, FORM],
    [{ headers: { Authorization: 'Token abc' } }, 4403, FORM],
    [{ authorization: 'Bearer' }, 4403, FORM],
    [{ authorization: 'Bearer null' }, 4403, 'The token is not valid.'],
    [{ authorization: { token: 'x' } }, 4403, FORM],
    [{ authToken: 'x' }, 4400, unread('authToken')],
    [{ token: 'Bearer x' }, 4400, unread('token')],
    [{ access_token: 'x', authorization: '' }, 4400, unread('access_token')],
    [{ headers: { 'X-API-Key': 'x' } }, 4400, unread('X-API-Key')],
    [{ auth: { token: 'x' } }, 4400, unread('auth')],
    [{ [`auth${'-'.repeat(99)}token`]: 'x' }, 4400, unread(`auth${'-'.repeat(36)}`)],
  ])('that are not understood close the socket, which says why: %j', async (payload, code, reason) => {
    expect(await answerTo(payload)).toEqual([code, reason]);
  });

  it.each(['token', 'access_token'])('are not read from the query either, and that is said: %s', async (name) => {
    expect(await answerTo({}, `?${name}=${ada.token}`)).toEqual([4400, unread(name)]);
  });
});
