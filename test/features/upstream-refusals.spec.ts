import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { products } from '#libs/contracts';
import { aProduct, grpcFailure, type HttpLie, httpFailure, LyingGrpc, LyingHttp } from '#libs/testing';
import { status as Code } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';

const folder = mkdtempSync(join(tmpdir(), 'atrium-refusals-'));
const cleanups: (() => unknown)[] = [];
let shop: Shop;

beforeAll(async () => void (shop = await Shop.open()), 60_000);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
});

/** A gateway before the shop, some of whose services are elsewhere. */
async function gatewayWith(environment: NodeJS.ProcessEnv): Promise<SecondGateway> {
  const second = await secondGateway(shop, () => ({ CACHE: 'off', ...environment }));
  cleanups.push(() => second.gateway.stop());
  return second;
}

const credentials = { email: 'ada@example.com', password: 'correct horse battery' };

describe('a users service that is at its limit', () => {
  async function loginAfter(lie: HttpLie) {
    const users = await LyingHttp.open({ 'POST /credential-checks': () => ({ userId: null }) });
    cleanups.push(() => users.close());
    const second = await gatewayWith({ USERS_URL: `http://${users.address}` });
    const anonymous = Client.anonymous(second);
    users.answerWith(lie);
    return { users, second, login: () => anonymous.post('/v1/auth/login', credentials) };
  }

  it('has its clients told when to come back: in seconds, or by a date', async () => {
    const { users, login } = await loginAfter(httpFailure(429, 7));
    const answer = await login();
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([503, 'OVERLOADED', '7']);
    users.answerWith((response) => {
      const headers = { date: 'Sunday, 06-Nov-94 08:49:37 GMT', 'retry-after': 'Sun Nov  6 08:50:07 1994' };
      response.writeHead(429, headers).end();
    });
    expect((await login()).headers['retry-after']).toBe('30');
    users.answerWith(httpFailure(429));
    expect((await login()).headers['retry-after']).toBe('1');
    expect(users.taken).toHaveLength(3);
  });

  it('is not left alone for it: who is within the limit is answered at once', async () => {
    const { users, login } = await loginAfter(httpFailure(429));
    for (let i = 0; i < 15; i += 1) expect((await login()).body.code).toBe('OVERLOADED');
    users.stopLying();
    expect((await login()).body.code).not.toBe('CIRCUIT_OPEN');
    expect(users.taken).toHaveLength(16);
  });

  it('may say so with 503 too', async () => {
    const { login } = await loginAfter(httpFailure(503, 7));
    const answer = await login();
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([503, 'OVERLOADED', '7']);
  });

  it('has its clients told the same in GraphQL', async () => {
    const { second } = await loginAfter(httpFailure(429, 7));
    const { body } = await Client.anonymous(second).graphql(
      'mutation($email: String!, $password: String!) { login(input: { email: $email, password: $password }) { accessToken } }',
      credentials,
    );
    expect(body.errors[0].extensions).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 7 });
  });
});

describe('a products service that refuses one caller', () => {
  it('is not left alone for the others', async () => {
    const { imageUrl, rating, ...product } = aProduct();
    const wire = { ...product, imageUrl: imageUrl ?? '', rating: rating ?? undefined, attributes: {} };
    const service = await LyingGrpc.open(products.ProductsServiceService, {
      ListRecommendedProducts: () => ({ products: [wire] }),
    });
    cleanups.push(() => service.close());
    service.answerWith((stream, call, truth) => {
      const [, claims = ''] = String(call.headers['authorization']).split('.');
      const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub?: string };
      if (sub === 'u1') grpcFailure(Code.PERMISSION_DENIED)(stream, call, truth);
      else truth();
    });
    const second = await gatewayWith({ PRODUCTS_URL: service.address });
    const [ada, grace] = [await Client.of(second, 'ada'), await Client.of(second, 'grace')];
    const send = async (client: Client, first: number) =>
      (
        await client.graphql(
          `{ home { user { id } recommendations(first: ${first}) { id } degraded { reason } } }`,
        )
      ).body.data.home;
    for (let i = 1; i <= 15; i += 1) {
      expect(await send(ada, i)).toMatchObject({ recommendations: null, degraded: [{ reason: 'BAD_RESPONSE' }] });
    }
    expect(await send(grace, 4)).toMatchObject({ recommendations: [{ id: product.id }], degraded: [] });
  });
});

describe('a reviews service that takes its time', () => {
  it('is asked for all pages at once that there are', async () => {
    let waiting: ServerResponse[] = [];
    const reviews = createServer((_, response) => {
      waiting.push(response);
      if (waiting.length < 64) return;
      for (const one of waiting) one.setHeader('content-type', 'application/json').end('{"reviews":[]}');
      waiting = [];
    });
    await once(reviews.listen(0, '127.0.0.1'), 'listening');
    cleanups.push(() => (reviews.close(), reviews.closeAllConnections()));
    const file = join(folder, 'upstreams.json');
    // What is tested does not depend on how busy the machine is.
    const unhurried = { timeoutMs: 60_000, hedge: { mode: 'off' }, breaker: { slowMs: 60_000 } };
    writeFileSync(file, JSON.stringify({ reviews: unhurried, products: unhurried }));
    const second = await gatewayWith({
      REVIEWS_URL: `http://127.0.0.1:${(reviews.address() as AddressInfo).port}`,
      UPSTREAMS_FILE: file,
      REQUEST_TIMEOUT_MS: '60000',
      SHEDDING: 'off',
    });
    const anonymous = Client.anonymous(second);
    const pages = await Promise.all(
      Array.from({ length: 64 }, (_, index) => anonymous.get(`/v1/products/p${index + 1}`)),
    );
    expect(pages.map(({ status, body }) => [status, body.reviews, body.degraded])).toEqual(
      pages.map(() => [200, [], []]),
    );
  }, 60_000);
});
