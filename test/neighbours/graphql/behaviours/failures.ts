import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FrontEndName } from '#test/neighbours/graphql/front-end-process';
import type { ShopOfClients } from '#test/neighbours/graphql/shop-of-clients';

/** What each client shows of failures, with its defaults. @param all the shop, once it is open */
export function failures(all: () => ShopOfClients): void {
  describe('with orders down', () => {
    beforeAll(() => all().shop.stop('orders'));
    afterAll(() => all().shop.start('orders'));

    const DOWN = expect.stringMatching(/^(UPSTREAM_UNAVAILABLE|CIRCUIT_OPEN)$/);
    const PARTS = {
      me: expect.objectContaining({ id: 'u1' }),
      products: { items: [expect.anything(), expect.anything()] },
      orders: null,
    };

    it.each<[FrontEndName, string, object]>([
      ['urql', 'shows what there is, and the error', { data: PARTS, error: { code: DOWN, status: 200 } }],
      ['apollo', 'shows the error alone', { data: null, error: { kind: 'CombinedGraphQLErrors', code: DOWN } }],
      ['relay', 'shows what there is, and no error', { data: PARTS, error: null }],
      ['graphql-request', 'shows the error alone', { data: null, error: { kind: 'ClientError', code: DOWN } }],
    ])('%s %s', async (name, _, result) => {
      expect(await all().frontEnd(name).call('front', all().as('u1'))).toMatchObject(result);
    });

    it.each<[FrontEndName, string]>([
      ['apollo', "with errorPolicy 'all'"],
      ['relay', 'with @catch'],
      ['graphql-request', "with errorPolicy 'all'"],
    ])('%s shows both %s', async (name) => {
      const result = await all().frontEnd(name).call('frontWhole', all().as('u1'));
      expect(result).toMatchObject({ data: { me: { id: 'u1' } }, error: { code: DOWN } });
    });
  });

  it.each<[FrontEndName, object]>([
    ['urql', { kind: 'CombinedError', status: 429, retryAfter: expect.stringMatching(/^\d+$/) }],
    ['apollo', { kind: 'CombinedGraphQLErrors', retryAfter: expect.any(Number) }],
    ['relay', { kind: 'RelayNetwork', retryAfter: expect.any(Number) }],
    ['graphql-request', { kind: 'ClientError', status: 429, retryAfter: expect.stringMatching(/^\d+$/) }],
  ])('%s that asks too often is told how long to wait, and does not try again by itself', async (name, error) => {
    const { gateway } = all().limited;
    const send = () => all().frontEnd(name).call('limited', { url: gateway.url });
    let result = await send();
    for (let requested = 0; !result.error && requested < 10; requested += 1) result = await send();
    const { requested, answer } = await all().received(send, gateway);
    expect(answer).toMatchObject({ data: null, error: { code: 'RATE_LIMITED', ...error } });
    expect(requested).toHaveLength(1);
  });

  it.each<[FrontEndName, string, object]>([
    ['urql', 'sends it as multipart, which is refused', { code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 }],
    ['apollo', 'sends an empty object', { code: 'GRAPHQL_VALIDATION_FAILED' }],
    ['relay', 'sends an empty object', { code: 'GRAPHQL_VALIDATION_FAILED' }],
    ['graphql-request', 'sends an empty object', { code: 'GRAPHQL_VALIDATION_FAILED', status: 400 }],
  ])('%s with a file among its variables %s', async (name, _, error) => {
    expect(await all().frontEnd(name).call('upload', all().as('u1'))).toMatchObject({ data: null, error });
  });
}
