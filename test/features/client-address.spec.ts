import { once } from 'node:events';
import { type IncomingMessage, request as open } from 'node:http';
import { Client } from '#test/support/client';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
/** Buckets that do not fill while a test looks at them. */
const LIMITS = { RATE_LIMIT: 'on', RATE_LIMIT_ANONYMOUS: '300/86400', RATE_LIMIT_LOGIN: '60/86400' };
const PAGE = { host: 'shop.example', origin: 'https://shop.example', 'x-csrf': '1' };

let shop: Shop;
const others: SecondGateway[] = [];

beforeAll(async () => {
  shop = await Shop.open({ ...LIMITS, TRUST_PROXY: 'loopback', MAX_STREAMS_PER_CALLER: '2' });
});
afterAll(async () => {
  await Promise.all(others.map(({ gateway }) => gateway.stop()));
  await shop?.close();
});

/** Another gateway before the same services. */
async function trusting(TRUST_PROXY: string): Promise<SecondGateway> {
  const one = await secondGateway(shop, () => ({ ...LIMITS, TRUST_PROXY }));
  others.push(one);
  return one;
}

const from = (address: string) => ({ 'x-forwarded-for': address });
const send = (headers: Record<string, string>, { gateway }: { gateway: { url: string } } = shop) =>
  Client.anonymous({ gateway }).get('/v1/products/p1', headers);
/** What that costs. */
const COST = 3;
const remainingOf = ({ headers }: Response) =>
  Number(/"anonymous";r=(\d+)/.exec(headers['ratelimit'] as string)?.[1]);

/** What is left to a client after each of these requests. */
async function remainingAfter(all: object[], at?: SecondGateway): Promise<number[]> {
  const found: number[] = [];
  for (const headers of all) found.push(remainingOf(await send(headers as Record<string, string>, at)));
  return found;
}

/** The address that a login comes from, as the audit log has it. */
async function addressOf(headers: Record<string, string>, at: SecondGateway): Promise<unknown> {
  const id = `from-${Math.random()}`;
  await Client.anonymous(at).post('/v1/auth/login', ADA, { ...headers, 'x-request-id': id });
  return (await at.log.first({ audit: 'login.ok', requestId: id }))['address'];
}

describe('a client behind a proxy', () => {
  it.each([
    ['whatever its port', (n: number) => from(`203.0.113.7:4000${n}`)],
    ['in Forwarded too', (n: number) => ({ forwarded: `for="203.0.113.8:4000${n}"` })],
    ['as IPv6 with port and zone', (n: number) => from(`[2001:db8::7%eth${n}]:4000${n}`)],
    ['wherever it is in its /64', (n: number) => from(`2001:db8:0:1:${n}::1`)],
    ['though its address is mapped', (n: number) => from(n % 2 ? '::ffff:203.0.113.9' : '203.0.113.9')],
    ['whatever it wrote itself', (n: number) => from(`198.51.100.${n},,203.0.113.10`)],
    ['on a line of its own', (n: number) => ({ 'x-forwarded-for': [`198.51.100.${n}`, '203.0.113.11'] })],
    [
      'in Forwarded on a line of its own',
      (n: number) => ({ forwarded: [`for=198.51.100.${n}`, 'for=203.0.113.12'] }),
    ],
  ])('has one bucket, %s', async (_how, headers) => {
    const [first = 0, ...rest] = await remainingAfter([headers(1), headers(2), headers(3)]);
    expect(rest).toEqual([first - COST, first - 2 * COST]);
  });

  it.each(['unknown', '_hidden', '-', ','])(
    'shares the bucket of the proxy where that hides it: %s',
    async (word) => {
      const [first = 0, next] = await remainingAfter([{}, from(word)]);
      expect(next).toBe(first - COST);
    },
  );

  it.each([
    ['203.0.113.50', () => '203.0.113.50'],
    ['203.0.113.51, each time from another port', (n: number) => `203.0.113.51:${40_000 + n}`],
    ['a /64 of IPv6, each time from another address', (n: number) => `[2001:db8:0:2::${n + 1}]:443`],
  ])('is slowed down that guesses at 64 accounts from %s', async (_how, address) => {
    const guess = (n: number) =>
      Client.anonymous(shop).post(
        '/v1/auth/login',
        { email: `guess-${n}@example.com`, password: 'wrong' },
        from(address(n)),
      );
    const statuses: number[] = [];
    for (let n = 0; n < 64; n += 1) statuses.push((await guess(n)).status);
    expect(statuses[0]).toBe(401);
    expect(new Set(statuses.slice(60))).toEqual(new Set([429]));
  });

  it('has its address without a port among its sessions and in the audit log', async () => {
    const seen: [string, string][] = [
      ['203.0.113.7:40001', '203.0.113.7'],
      ['[2001:DB8:0::7]:443', '2001:db8::7'],
    ];
    for (const [written, address] of seen) {
      const ids = { 'x-request-id': `login-${address.replaceAll(':', '-')}` };
      const { body } = await Client.anonymous(shop).post('/v1/auth/login', ADA, { ...from(written), ...ids });
      expect(await shop.logs.gateway.first({ audit: 'login.ok', requestId: ids['x-request-id'] })).toMatchObject({
        address,
      });
      const { body: sessions } = await request(shop.gateway.url)
        .get('/v1/auth/sessions')
        .set('authorization', `Bearer ${body.accessToken}`);
      expect(sessions.items.find((one: { isCurrent: boolean }) => one.isCurrent)).toMatchObject({ address });
    }
  });

  it('has one cap of streams for its /64', async () => {
    const opened: IncomingMessage[] = [];
    const statuses: (number | undefined)[] = [];
    for (const host of ['1', '2', '3', '4:5:6']) {
      const headers = { ...from(`[2001:db8:0:3::${host}]:443`), accept: 'text/event-stream' };
      const pending = open(`${shop.gateway.url}/v1/events/clock`, { agent: false, headers }).end();
      const [answer] = (await once(pending, 'response')) as [IncomingMessage];
      opened.push(answer);
      statuses.push(answer.statusCode);
    }
    for (const answer of opened) answer.destroy();
    expect(statuses).toEqual([200, 200, 429, 429]);
  });
});

describe('a number of hops', () => {
  it('is counted from the gateway: what a client wrote before them is not read', async () => {
    const [one, two] = await Promise.all([trusting('1'), trusting('2')]);
    const chain = from('198.51.100.1, 203.0.113.7:40001, 10.0.0.2');
    expect(await addressOf(chain, one)).toBe('10.0.0.2');
    expect(await addressOf(chain, two)).toBe('203.0.113.7');
  });

  it.each([
    ['2', 'https, http', 204],
    ['1', 'https, http', 403],
    ['1', 'http, https', 204],
    ['2', 'https', 204],
    ['off', 'https', 403],
  ])('%s: a page comes by what the farthest of them says, of "%s": %d', async (hops, protocols, status) => {
    const gateway = await trusting(hops);
    const logIn = (headers: Record<string, string>) =>
      Client.anonymous(gateway).post('/bff/login', ADA, { ...PAGE, ...headers });
    expect((await logIn({ 'x-forwarded-proto': protocols })).status).toBe(status);
    const elements = protocols.split(', ').map((proto) => `for=203.0.113.7;proto=${proto}`);
    expect((await logIn({ forwarded: elements.join(', ') })).status).toBe(status);
  });

  it('decides about the host of a page too', async () => {
    const gateway = await trusting('1');
    const logIn = (hosts: string, host = 'inside:3000') =>
      Client.anonymous(gateway).post('/bff/login', ADA, {
        ...PAGE,
        host,
        'x-forwarded-proto': 'https',
        'x-forwarded-host': hosts,
      });
    expect((await logIn('evil.example, shop.example')).status).toBe(204);
    expect((await logIn('SHOP.example:443')).status).toBe(204);
    expect((await logIn('shop.example, evil.example')).status).toBe(403);
    expect((await logIn('shop.example/', 'evil.example')).status).toBe(403);
  });
});

describe('TRUST_PROXY', () => {
  it('on takes the address that a client writes, and warns of it at start', async () => {
    const gateway = await trusting('on');
    expect(await addressOf(from('198.51.100.1, 203.0.113.7'), gateway)).toBe('198.51.100.1');
    const warnings = gateway.log.with({ level: 'warn' });
    expect(warnings.map(({ msg }) => msg)).toEqual([expect.stringMatching(/^TRUST_PROXY=on /)]);
  });

  it('off reads no header, and says once what that means behind a proxy', async () => {
    const gateway = await trusting('off');
    const all = [{}, from('203.0.113.1'), from('203.0.113.2'), { forwarded: 'for=203.0.113.3' }];
    const remaining = await remainingAfter(all, gateway);
    expect(remaining).toEqual(remaining.map((_, n) => remaining[0]! - n * COST));
    const warnings = gateway.log.with({ level: 'warn' }).map(({ msg }) => msg);
    expect(warnings).toEqual([expect.stringMatching(/TRUST_PROXY is off.*share one rate limit.*set TRUST_PROXY/)]);
    expect(JSON.stringify(gateway.log.lines)).not.toContain('203.0.113');
  });

  it('is not spoken of where it is set and no proxy is in front', async () => {
    const gateway = await trusting('1');
    await send({}, gateway);
    await send(from('203.0.113.1'), gateway);
    expect(gateway.log.with({ level: 'warn' })).toEqual([]);
  });
});
