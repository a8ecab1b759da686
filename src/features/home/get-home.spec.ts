import { describe, expect, it } from '@jest/globals';
import { aContext, aUser, callsOf, failing } from '#libs/testing';
import { aHome, selection, whole } from './home.fixture.ts';

/** Resolves for all waiters once the given number wait. */
function meeting(size: number): () => Promise<void> {
  let all!: () => void;
  const met = new Promise<void>((resolve) => (all = resolve));
  return () => {
    if ((size -= 1) === 0) all();
    return met;
  };
}

describe('the home page', () => {
  it("has the caller's profile, newest orders and recommendations", async () => {
    const home = await aHome().getHome.run(aContext(), whole);
    expect(home).toMatchObject({
      user: { id: 'u1' },
      recommendations: [{ id: 'p1' }, { id: 'p2' }],
      degraded: [],
    });
    expect(home.recentOrders!.map(({ id }) => id)).toEqual(['o2', 'o1']);
  });

  it('calls all three upstreams concurrently', async () => {
    const { users, orders, products, getHome } = aHome();
    const meet = meeting(3);
    Object.assign(users, { byIds: () => meet().then(() => [aUser()]) });
    Object.assign(orders, { recent: () => meet().then(() => []) });
    Object.assign(products, { recommended: () => meet().then(() => []) });
    const home = await getHome.run(aContext(), whole);
    expect(home).toMatchObject({ user: { id: 'u1' }, recentOrders: [], recommendations: [], degraded: [] });
  });

  it.each(['user', 'recentOrders', 'recommendations'])(
    'asks for %s alone where nothing else is wanted',
    async (part) => {
      const { users, orders, products, getHome } = aHome();
      const requested = {
        user: callsOf(users, 'byIds'),
        recentOrders: callsOf(orders, 'recent'),
        recommendations: callsOf(products, 'recommended'),
      };
      const home = await getHome.run(aContext(), selection(`${part}.id`));
      const counts = Object.entries(requested).map(([name, { length }]) => [name, length]);
      expect(Object.fromEntries(counts)).toEqual({ user: 0, recentOrders: 0, recommendations: 0, [part]: 1 });
      expect(Object.keys(home).sort()).toEqual(['degraded', part].sort());
    },
  );

  it.each([
    ['user', 'users', 'byIds', 'UPSTREAM_UNAVAILABLE', 'UNAVAILABLE'],
    ['recentOrders', 'orders', 'recent', 'UPSTREAM_TIMEOUT', 'TIMEOUT'],
    ['recommendations', 'products', 'recommended', 'OVERLOADED', 'OVERLOADED'],
    ['user', 'users', 'byIds', 'UPSTREAM_BAD_RESPONSE', 'BAD_RESPONSE'],
  ] as const)('lacks only %s when %s.%s fails with %s', async (part, upstream, method, code, reason) => {
    const home = aHome();
    Object.assign(home[upstream], { [method]: failing(code) });
    const context = aContext();
    const answer = await home.getHome.run(context, whole);
    const degraded = [{ part, reason }];
    expect(answer).toMatchObject({ [part]: null, degraded });
    expect(Object.values(answer).filter((value) => value === null)).toHaveLength(1);
    expect(context.degraded).toEqual(degraded);
  });

  it('has no user and names it in degraded where the account no longer exists', async () => {
    const { getHome } = aHome();
    const answer = await getHome.run(aContext({ caller: { id: 'gone', scopes: [] } }), whole);
    expect(answer).toMatchObject({
      user: null,
      recentOrders: [],
      degraded: [{ part: 'user', reason: 'BAD_RESPONSE' }],
    });
  });

  it('fails when no part answers', async () => {
    const { users, orders, products, getHome } = aHome();
    Object.assign(users, { byIds: failing() });
    Object.assign(orders, { recent: failing() });
    Object.assign(products, { recommended: failing() });
    await expect(getHome.run(aContext(), whole)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('does not hide internal errors', async () => {
    const { users, getHome } = aHome();
    Object.assign(users, { byIds: () => Promise.reject(new TypeError('a bug')) });
    await expect(getHome.run(aContext(), whole)).rejects.toThrow('a bug');
  });
});
