import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import request from 'supertest';

const ORIGIN = 'https://shop.example.com';
/** Of pages within an app. */
const APP = 'capacitor://localhost';
let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open({ CORS_ORIGINS: `${ORIGIN},${APP}` });
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop.close());

describe('another origin', () => {
  const preflight = (origin: string) =>
    request(shop.gateway.url)
      .options('/v1/home')
      .set({ origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' });

  it.each([ORIGIN, APP])('may ask if it is on the list: %s', async (origin) => {
    const answer = await preflight(origin);
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-max-age': '600',
    });
    expect((await ada.get('/v1/home', { origin })).headers['access-control-allow-origin']).toBe(origin);
  });

  it.each(['/graphql', '/v1/orders', '/bff/login', '/v1/nowhere', '/socket.io/'])(
    'may ask beforehand, whatever it wants to ask: %s',
    async (path) => {
      const answer = await request(shop.gateway.url).options(path).set({
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-csrf',
      });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, ORIGIN]);
      expect(answer.headers['access-control-allow-headers']).toBe('x-csrf');
      expect(answer.headers['access-control-allow-methods']).toMatch(/\bPOST\b.*\bQUERY\b/);
      expect(answer.headers['x-request-id']).toBeDefined();
    },
  );

  it.each<[string, () => request.Test]>([
    ['406', () => request(shop.gateway.url).get('/v1/products').set('accept', 'text/html')],
    ['404', () => request(shop.gateway.url).get('/nowhere')],
    ['401', () => request(shop.gateway.url).get('/v1/home')],
    ['405', () => request(shop.gateway.url).delete('/v1/home')],
    ['400', () => request(shop.gateway.url).get('/home').set('accept-version', '9')],
    ['400', () => request(shop.gateway.url).get('/v1/products').set('x-request-timeout-ms', 'soon')],
  ])('can read a refusal: %s', async (status, requested) => {
    const { status: was, headers } = await requested().set('origin', ORIGIN);
    expect([`${was}`, headers['access-control-allow-origin']]).toEqual([status, ORIGIN]);
    expect(headers['vary']).toMatch(/\bOrigin\b/i);
  });

  it('can read every header that the document describes', async () => {
    const { headers, body } = await request(shop.gateway.url).get('/openapi.json').set('origin', ORIGIN);
    const exposed = headers['access-control-expose-headers']!.toLowerCase().split(', ');
    // Those that Fetch shows to every page, and those that it shows to none.
    const others = ['cache-control', 'content-type', 'last-modified', 'set-cookie', 'access-control-allow-origin'];
    const described = new Set(JSON.stringify(body).match(/(?<="#\/components\/headers\/)[\w-]+/g));
    expect(described.size).toBeGreaterThan(20);
    const hidden = [...described].filter((name) => !exposed.concat(others).includes(name.toLowerCase()));
    expect(hidden).toEqual([]);
  });

  it.each(['/v1/orders/export', '/v1/orders', '/v1/home'])('is in the Vary of what it reads: %s', async (path) => {
    const { status, headers } = await ada.get(path, { origin: ORIGIN });
    expect([status, headers['vary']]).toEqual([200, expect.stringMatching(/\bOrigin\b.*\bAccept-Version\b/)]);
  });

  it('has no part in what operators ask', async () => {
    const { status, headers } = await request(shop.gateway.adminUrl).get('/metrics').set('origin', ORIGIN);
    expect([status, headers['access-control-allow-origin']]).toEqual([200, undefined]);
  });

  it('gets no CORS headers where it is not allowed', async () => {
    expect((await preflight('https://evil.example.com')).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });
});
