import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenVerifier } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { LyingShop } from '#test/support/lying-shop';
import request from 'supertest';

const access = new Access();
const log = new LogLines();
let upstreams: LyingShop;
let gateway: RunningGateway;

beforeAll(async () => {
  upstreams = await LyingShop.open();
  const environment = { PORT: '0', ADMIN_PORT: '0', CACHE: 'off', JWT_PRIVATE_KEY: access.privateKey };
  gateway = await startGateway(
    loadConfig({ ...environment, ...upstreams.urls }),
    createLogger('gateway', 'info', log),
  );
});
afterAll(async () => {
  await gateway.stop();
  await upstreams.close();
});

/** What a client might send to be taken for somebody else. */
const DISGUISE = {
  'x-user-id': 'u2',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-user': 'u2',
  forwarded: 'for=203.0.113.7',
  'x-real-ip': '203.0.113.7',
  baggage: 'user=u2',
  cookie: 'session=u2',
  'x-csrf': '1',
};

/** Asks for a home page. @returns what each upstream was sent */
async function sent(headers: Record<string, string>) {
  const from = [upstreams.users, upstreams.orders, upstreams.products].map(({ taken }) => taken.length);
  await request(gateway.url).get('/v1/home').set(headers).expect(200);
  const [users, orders, products] = [upstreams.users, upstreams.orders, upstreams.products].map(
    ({ taken }, i) => taken[from[i]!]!.headers,
  );
  return { users: users!, orders: orders!, products: products! };
}

describe('what upstreams are sent', () => {
  it('is nothing that a client has sent, but for the id of the request and its trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const tracestate = 'congo=t61rcWkgMzE';
    const came = { ...access.of('u1'), ...DISGUISE, 'x-request-id': 'r-wire', traceparent, tracestate };
    for (const headers of Object.values(await sent(came))) {
      expect(headers).toMatchObject({ 'x-request-id': 'r-wire', traceparent, tracestate });
      expect(Object.keys(headers).filter((name) => name in DISGUISE)).toEqual([]);
      expect(JSON.stringify(headers)).not.toMatch(/evil|203\.0\.113|"u2"/);
    }
  });

  it('is no `tracestate` without a trace', async () => {
    const came = { ...access.of('u1'), tracestate: 'vendor=u2' };
    for (const headers of Object.values(await sent(came))) expect(headers).not.toHaveProperty('tracestate');
  });

  it('is the caller as a token for that upstream alone, and never the token that the client came with', async () => {
    const client = access.of('u1');
    const came = await sent(client);
    for (const [name, { authorization }] of Object.entries(came)) {
      expect(authorization).not.toBe(client.authorization);
      for (const audience of Object.keys(came)) {
        const verify = () =>
          new InternalTokenVerifier([DEMO_INTERNAL_TOKEN_KEY], audience).verify(String(authorization));
        if (audience === name) expect(verify()).toMatchObject({ id: 'u1' });
        else expect(verify).toThrow();
      }
    }
  });

  it('is the address of the client to nobody; the log has the true one', async () => {
    await sent({ ...access.of('u1'), ...DISGUISE, 'x-request-id': 'r-address' });
    const line = await log.first({ msg: 'request', requestId: 'r-address' });
    expect(JSON.stringify(line)).not.toContain('203.0.113.7');
  });
});
