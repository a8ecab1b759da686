import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

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
