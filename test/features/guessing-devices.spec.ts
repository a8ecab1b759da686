import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { Shop } from '#test/support/shop';
import request, { type Response } from 'supertest';

const DEVICE = '__Host-Http-atrium-device';
const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
const LOGIN = `mutation { login(input: { email: "${ADA.email}", password: "${ADA.password}" }) { tokenType } }`;

let shop: Shop;
let addresses = 0;

beforeAll(async () => {
  shop = await Shop.open({ TRUST_PROXY: 'loopback' });
});
afterAll(() => shop.close());

const newAddress = () => ({ 'x-forwarded-for': `203.0.113.${(addresses += 1)}` });
const cookiesOf = ({ headers }: Response) => ((headers['set-cookie'] ?? []) as unknown as string[]).map(String);
const deviceCookies = (answer: Response) => cookiesOf(answer).filter((one) => one.startsWith(`${DEVICE}=`));
const valueOf = (answer: Response) => deviceCookies(answer)[0]!.split(';')[0]!;
const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(
    request(shop.gateway.url)
      .post(path)
      .set({ 'x-csrf': '1', ...newAddress(), ...headers })
      .send(body),
  );

/** Every way to log in with a password. */
const LOGINS: [
  string,
  (headers?: Record<string, string>) => Promise<Response>,
  ok: (answer: Response) => boolean,
][] = [
  ['POST /v1/auth/login', (headers) => post('/v1/auth/login', ADA, headers), ({ status }) => status === 200],
  ['POST /bff/login', (headers) => post('/bff/login', ADA, headers), ({ status }) => status === 204],
  [
    'mutation login',
    (headers) => post('/graphql', { query: LOGIN }, headers),
    ({ body }) => body.data?.login?.tokenType === 'Bearer',
  ],
  [
    'mutation login, with extensions',
    (headers) => post('/graphql', { query: LOGIN, extensions: { client: 1 } }, headers),
    ({ body }) => body.data?.login?.tokenType === 'Bearer',
  ],
];

describe.each(LOGINS)('%s', (_, logIn, isOk) => {
  it('marks the device, by a cookie that no script can read, no neighbour can set, and no cache keeps', async () => {
    const answer = await logIn();
    expect(isOk(answer)).toBe(true);
    expect(answer.headers['cache-control']).toBe('no-store');
    const [cookie, ...more] = deviceCookies(answer);
    expect(more).toEqual([]);
    const [pair, ...attributes] = cookie!.split('; ');
    expect(pair).toMatch(/^__Host-Http-atrium-device=[\w-]{22}\.[0-9a-z]+\.[\w-]{22}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=7776000', 'Path=/', 'SameSite=Strict', 'Secure']);
  });

  it('sets a cookie of the device that authenticates nobody', async () => {
    const cookie = valueOf(await logIn());
    const answer = await request(shop.gateway.url).get('/v1/me').set({ cookie, 'x-csrf': '1' });
    expect(answer.status).toBe(401);
  });
});

describe('several logins in one document', () => {
  it('set the cookie once', async () => {
    const field = LOGIN.slice('mutation { '.length, -1);
    const answer = await post('/graphql', { query: `mutation { a: ${field} b: ${field} }` });
    expect(Object.keys(answer.body.data)).toEqual(['a', 'b']);
    expect(deviceCookies(answer)).toHaveLength(1);
  });
});

describe('an account that strangers guess at', () => {
  /** How often the service has checked a password. */
  const checks = async () => {
    const text = await (await fetch(`${shop.gateway.adminUrl}/metrics`)).text();
    const counts = text.matchAll(
      /^upstream_try_duration_seconds_count\{.*method="[^"]*credential-checks".*\} (\d+)$/gm,
    );
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const guess = (headers: Record<string, string> = {}) =>
    post('/v1/auth/login', { ...ADA, password: 'wrong' }, headers);
  let known: string;

  beforeAll(async () => {
    known = valueOf(await post('/v1/auth/login', ADA));
  });

  it('lets its owner in from another address after five wrong guesses', async () => {
    const there = newAddress();
    for (let i = 0; i < 5; i += 1) expect((await guess(there)).status).toBe(401);
    expect((await guess(there)).status).toBe(429);
    for (const [, logIn, isOk] of LOGINS) expect(isOk(await logIn())).toBe(true);
  });

  it('has at most thirty guesses an hour, by whichever way from wherever; the next is refused at once', async () => {
    let guesses = 5;
    for (; guesses < 29; guesses += 1) expect((await guess()).status).toBe(401);
    const wrong = LOGIN.replace(ADA.password, 'wrong');
    const last = await post('/graphql', { query: wrong });
    expect(last.body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    const before = await checks();
    expect(before).toBeGreaterThan(30);
    for (const [, logIn, isOk] of LOGINS) expect(isOk(await logIn())).toBe(false);
    const refused = await guess();
    expect([refused.status, refused.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_000);
    expect(deviceCookies(refused)).toEqual([]);
    expect(await checks()).toBe(before);
    expect(shop.logs.gateway.with({ audit: 'login.delayed', reason: 'strangers' }).length).toBeGreaterThan(4);
  });

  it('lets its owner in on a known device all the same, by every way', async () => {
    for (const [, logIn, isOk] of LOGINS) expect(isOk(await logIn({ cookie: known }))).toBe(true);
  });

  it('lets its owner in again in a browser that holds a session', async () => {
    const browser = Browser.at(shop);
    browser.cookies.set(DEVICE, known.slice(DEVICE.length + 1));
    expect((await browser.post('/bff/login', ADA)).status).toBe(204);
    browser.cookies.delete(DEVICE);
    expect((await browser.post('/bff/login', ADA)).status).toBe(204);
  });

  it('takes no mark of another account, and none that was made up', async () => {
    const other = valueOf(
      await post('/v1/auth/login', { email: 'grace@example.com', password: 'nanosecond-wire' }),
    );
    for (const cookie of [other, `${known.slice(0, -1)}~`, `${DEVICE}=x`, `${DEVICE}="`, `${DEVICE}=%00%ff`]) {
      expect([cookie, (await post('/v1/auth/login', ADA, { cookie })).status]).toEqual([cookie, 429]);
    }
  });

  it('is slowed down for a device that guesses, after ten', async () => {
    for (let i = 0; i < 10; i += 1) expect((await guess({ cookie: known })).status).toBe(401);
    const slowed = await post('/v1/auth/login', ADA, { cookie: known });
    expect([slowed.status, slowed.headers['retry-after']]).toEqual([429, '1']);
  });
});
