import { expect, it } from '@jest/globals';
import type { FrontEndName } from '#test/neighbours/graphql/front-end-process';
import type { ShopOfClients } from '#test/neighbours/graphql/shop-of-clients';

/** How many bytes say what is asked. */
const sizeOf = ({ url, headers }: { url: string; headers: NodeJS.Dict<string | string[]> }): number =>
  url.length + Number(headers['content-length'] ?? 0);

const ORDER = { lines: [{ productId: 'p1', quantity: 1 }] };
const STATUSES = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];

/** What clients send: methods, hashes, ids of operations. @param all the shop, once it is open */
export function requests(all: () => ShopOfClients): void {
  it.each<[FrontEndName, string]>([
    ['urql', 'by default'],
    ['apollo', 'where it is told to'],
    ['graphql-request', 'where it is told to'],
  ])('%s asks by GET %s', async (name) => {
    const { requested, answer } = await all().received(() => all().frontEnd(name).call('byGet', all().as('u2')));
    expect(requested.map(({ method }) => method)).toEqual(['GET']);
    expect(answer).toBe('Grace Hopper');
  });

  it.each<[FrontEndName, string]>([
    ['urql', 'GET'],
    ['apollo', 'POST'],
  ])('%s sends a query once, and its hash from then on, by %s', async (name, method) => {
    const { requested, answer } = await all().received(() => all().frontEnd(name).call('hashed', all().as('u2')));
    expect(answer).toBe('Grace Hopper');
    expect(requested.map((one) => one.method)).toEqual([method, method, method]);
    const [first, second, third] = requested.map(sizeOf);
    expect([second! > first!, third]).toEqual([true, first]);
  });

  it.each<[FrontEndName, unknown]>([
    ['urql', 2],
    ['apollo', 2],
    ['relay', 'Grace Hopper'],
  ])('%s asks for operations by their ids, where the gateway takes no other', async (name, answer) => {
    const { token } = all().as('u2');
    const given = { url: all().trusted.gateway.url, token };
    expect(await all().frontEnd(name).call('trusted', given)).toBe(answer);
  });

  it.each(['urql', 'apollo', 'relay'] as const)('%s follows an order over WebSocket and SSE', async (name) => {
    for (const over of ['ws', 'sse'] as const) {
      const { id: orderId } = await all().rest<{ id: string }>('/v1/orders', ORDER);
      const given = { ...all().as('u1'), orderId, over };
      expect(await all().frontEnd(name).call('follow', given)).toEqual(STATUSES);
    }
  });

  it('graphql-ws whose token has expired connects again by itself, with the next', async () => {
    const { id: orderId } = await all().rest<{ id: string }>('/v1/orders', ORDER);
    const given = { ...all().as('u1'), orderId, expired: all().asBefore('u1').token };
    expect(await all().frontEnd('urql').call('followRenewed', given)).toEqual(STATUSES);
  });

  it('apollo that sends several queries at once is refused, and says only that it wants several results', async () => {
    const result = await all().frontEnd('apollo').call('batched', all().as('u1'));
    expect(result).toEqual({ data: null, error: { kind: 'Error' } });
    await all().shop.logs.gateway.first({ msg: 'request', code: 'GRAPHQL_BATCH_REFUSED' });
  });

  it('apollo that has no link for subscriptions asks for multipart, and is told what there is', async () => {
    const result = await all()
      .frontEnd('apollo')
      .call('followPlainly', { ...all().as('u1'), orderId: 'o8000' });
    expect(result).toMatchObject({ data: null, error: { code: 'NOT_ACCEPTABLE' } });
  });
}
