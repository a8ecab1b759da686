import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as sdk from '#clients/sdk/src/index';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';
import { ofProgram, signedInWithKey, watch } from '#test/support/snippets/client';
import request from 'supertest';

const { email, password } = DEMO_ACCOUNTS.find((account) => account.email.startsWith('ada'))!;
const access = new Access();

let shop: Shop;
let baseUrl: string;
beforeAll(async () => {
  const settings = { JWT_PRIVATE_KEY: access.privateKey, DPOP_NONCE: 'on', MAX_SESSIONS_PER_ACCOUNT: '20' };
  shop = await Shop.open(settings, { ORDER_STEP_MS: '60' });
  baseUrl = shop.gateway.url;
});
afterAll(() => shop?.close());

const lines = [{ productId: 'p1', quantity: 1 }];

/** A client with tokens of a new login, bound to a key. */
async function bound() {
  const auth = sdk.dpop();
  const client = sdk.createClient({ baseUrl, auth });
  await auth.accept(await sdk.unwrap(sdk.login(client, { email, password })));
  return { auth, client };
}

describe('a client with a key of its own', () => {
  it('logs in, reads, writes, follows and runs operations, where the gateway demands nonces', async () => {
    const { auth, client } = await bound();
    expect((await auth.tokens())!.tokenType).toBe('DPoP');
    expect((await sdk.unwrap(sdk.getMe(client))).name).toBe('Ada Lovelace');
    const { id } = await sdk.unwrap(sdk.placeOrder(client, { lines }));
    const seen = [];
    for await (const { event } of sdk.followOrder(client, { id })) seen.push(event);
    expect([seen.length, seen.at(-1)]).toEqual([6, 'end']);
    expect((await sdk.unwrap(sdk.webHome(client))).home?.user?.name).toBe('Ada Lovelace');
    const { items } = await sdk.unwrap(sdk.listProducts(client, { search: 'camera', pageSize: 2 }));
    expect(Array.isArray(items)).toBe(true);
  });

  it('renews its tokens with the same key, and ends its session', async () => {
    const { auth, client } = await bound();
    const { accessToken, ...others } = (await auth.tokens())!;
    await auth.accept({ ...others, accessToken, expiresIn: 1 });
    expect((await sdk.unwrap(sdk.getMe(client))).name).toBe('Ada Lovelace');
    const renewed = (await auth.tokens())!;
    expect([renewed.tokenType, renewed.accessToken === accessToken]).toEqual(['DPoP', false]);
    await sdk.unwrap(sdk.logout(client, { refreshToken: renewed.refreshToken }));
    await auth.accept({ ...renewed, expiresIn: 1 });
    expect(await sdk.getMe(client)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });

  it('has tokens that nobody without the key can use', async () => {
    const stolen = (await (await bound()).auth.tokens())!;
    for (const auth of [sdk.bearer(), sdk.dpop()]) {
      await auth.accept(stolen);
      const result = await sdk.getMe(sdk.createClient({ baseUrl, auth }));
      expect(result).toMatchObject({ error: { code: 'UNAUTHENTICATED', status: 401 } });
    }
  });
});

describe('a program with an API key', () => {
  it('has what its scopes allow', async () => {
    const body = { name: 'Warehouse', scopes: ['orders:read', 'orders:write'] };
    const made = await request(shop.gateway.adminUrl).post('/admin/api-keys').set(access.admin).send(body);
    const client = ofProgram(baseUrl, async () => (made.body as { key: string }).key);
    const { id } = await sdk.unwrap(sdk.placeOrder(client, { lines }));
    const seen = [];
    for await (const { event } of sdk.mobileOrderStatus(client, { id })) seen.push(event);
    expect(seen).toEqual(['next', 'next', 'next', 'next', 'next', 'end']);
    expect(await sdk.updateMe(client, { name: 'A' })).toMatchObject({ error: { code: 'FORBIDDEN' } });
    const wrong = sdk.createClient({ baseUrl, auth: sdk.apiKey('wrong') });
    expect(await sdk.listOrders(wrong)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });
});

describe('a subscription', () => {
  it('has the data of each event', async () => {
    const client = await signedInWithKey(baseUrl, email, password);
    const { id } = await sdk.unwrap(sdk.placeOrder(client, { lines }));
    const statuses: string[] = [];
    await watch(client, id, (status) => statuses.push(status));
    expect(statuses).toEqual(['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED']);
  });

  it('goes on after an operator has ended its connection, with a gap', async () => {
    const { client } = await bound();
    const { items } = await sdk.unwrap(sdk.listOrders(client, { status: 'PLACED', first: 1 }));
    const seen: string[] = [];
    for await (const { event } of sdk.mobileOrderStatus(client, { id: items[0]!.id })) {
      seen.push(event);
      if (seen.length === 3) break;
      if (event === 'next' && seen.length === 1) await endStreams();
    }
    expect(seen).toEqual(['next', 'gap', 'next']);
  });

  it('that may not be had is refused, or says why in its first event', async () => {
    const anonymous = sdk.mobileOrderStatus(sdk.createClient({ baseUrl }), { id: 'o1' });
    await expect(anonymous.next()).rejects.toMatchObject({ failure: { code: 'UNAUTHENTICATED', status: 401 } });
    const seen = [];
    const { client } = await bound();
    for await (const event of sdk.mobileOrderStatus(client, { id: 'nothing' })) seen.push(event);
    expect(seen).toMatchObject([{ event: 'failed', data: { code: 'NOT_FOUND' } }, { event: 'end' }]);
  });
});

/** Ends every stream, as an operator can. */
async function endStreams(): Promise<void> {
  const admin = request(shop.gateway.adminUrl);
  const { body } = await admin.get('/admin/streams').set(access.admin);
  const streams = (body as { streams: { id: string }[] }).streams ?? body;
  for (const { id } of streams) await admin.delete(`/admin/streams/${id}`).set(access.admin);
}
