import { IssuerShop } from '#test/support/issuer-shop';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Follower } from '#test/support/follower';
import request from 'supertest';

const opened = await IssuerShop.open();
const { shop, issuer } = opened;
afterAll(() => opened.close());
const { url } = shop.gateway;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a user of an outside issuer', () => {
  const sub = 'auth0|5f7c8ec7c33c6c004bbafe82';

  it('has orders and notifications of their own, whatever their id looks like', async () => {
    const token = issuer.token({ sub });
    const mine = bearer(token);
    const line = { productId: 'p1', quantity: 1 };
    const follower = await Follower.open(`${url}/v1/events`, token);
    const placed = await request(url)
      .post('/v1/orders')
      .set(mine)
      .send({ lines: [line] });
    expect(placed.status).toBe(201);
    const { id } = placed.body as { id: string };
    const ids = async (headers: { authorization: string }) =>
      ((await request(url).get('/v1/orders').set(headers)).body as { items: { id: string }[] }).items.map(
        (order) => order.id,
      );
    expect(await ids(mine)).toEqual([id]);
    expect(await ids(bearer(issuer.opaqueToken({ sub })))).toEqual([id]);
    expect(await ids(bearer(issuer.token({ sub: 'auth0|another' })))).toEqual([]);
    const [reported] = await follower.until('order.placed');
    expect(reported!.data['orderId']).toBe(id);
    follower.close();
    const graphql = await request(url).post('/graphql').set(mine).send({ query: '{ orders { nodes { id } } }' });
    expect(graphql.body).toEqual({ data: { orders: { nodes: [{ id }] } } });
  });

  it('is not there for the service that keeps users, which is no failure of it', async () => {
    const { status, body } = await request(url)
      .get('/v1/me')
      .set(bearer(issuer.token({ sub })));
    expect([status, (body as { code: string }).code]).toEqual([404, 'NOT_FOUND']);
  });

  it('is named in the access line, and found by operators', async () => {
    const token = issuer.token({ sub, scope: 'customer admin', jti: 'operator' });
    await request(url).get('/v1/orders').set(bearer(token));
    expect(shop.logs.gateway.with({ callerId: sub }).length).toBeGreaterThan(0);
    const limits = await request(shop.gateway.adminUrl)
      .get(`/admin/limits?caller=${encodeURIComponent(sub)}`)
      .set(bearer(token));
    expect(limits.status).toBe(200);
  });

  it('does not share the bucket of the address that an id looks like', async () => {
    const other = await IssuerShop.open({ RATE_LIMIT: 'on', RATE_LIMIT_SEARCH: '120/86400' });
    try {
      const at = other.shop.gateway;
      await request(at.url).get('/v1/products?search=a');
      const token = other.issuer.token({ sub: '127.0.0.1', scope: 'customer admin' });
      const answer = await request(at.url).get('/v1/products?search=b').set(bearer(token));
      expect(answer.headers['ratelimit']).toContain('"search";r=118');
      const left = async (query: string) => {
        const { body } = await request(at.adminUrl).get(`/admin/limits?${query}`).set(bearer(token));
        const { buckets } = body as { buckets: { policy: string; remaining: number }[] };
        return buckets.find(({ policy }) => policy === 'search')?.remaining;
      };
      expect([await left('caller=127.0.0.1'), await left('address=127.0.0.1'), await left('address=::1')]).toEqual(
        [118, 118, 120],
      );
    } finally {
      await other.close();
    }
  });
});
