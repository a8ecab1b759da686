import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as sdk from '#clients/sdk/src/index';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { Shop } from '#test/support/shop';
import { greeting, lists, order, signedIn } from '#test/support/snippets/client';
import { eventually } from '#libs/testing';

const { email, password } = DEMO_ACCOUNTS.find((account) => account.email.startsWith('ada'))!;

let shop: Shop;
let client: sdk.Client;
let auth: sdk.Bearer;
let baseUrl: string;

beforeAll(async () => {
  shop = await Shop.open({ STREAM_HEARTBEAT_MS: '150' }, { ORDER_STEP_MS: '60' });
  baseUrl = shop.gateway.url;
  auth = sdk.bearer();
  client = sdk.createClient({ baseUrl, auth });
  await auth.accept(await sdk.unwrap(sdk.login(client, { email, password })));
});
afterAll(() => shop?.close());

const place = async (): Promise<string> =>
  (await sdk.unwrap(sdk.placeOrder(client, { lines: [{ productId: 'p1', quantity: 1 }] }))).id;

describe('the client of a gateway', () => {
  it('has the home page, and parts of it by fields', async () => {
    const home = await sdk.getHome(client);
    if (!home.ok) throw new Error(home.error.message);
    expect(home.data.user?.name).toBe('Ada Lovelace');
    expect([home.data.degraded, home.degraded, sdk.isComplete(home.data)]).toEqual([[], [], true]);
    const names = await sdk.unwrap(sdk.getHome(client, {}, { fields: ['user.name', 'recentOrders.id'] }));
    const name: string | undefined = names.user?.name;
    expect(name).toBe('Ada Lovelace');
    expect(Object.keys(names.recentOrders![0]!)).toEqual(['id']);
    // @ts-expect-error It was not selected.
    expect(names.recommendations).toBeUndefined();
  });

  it('names failures by the code of the operation', async () => {
    const missing = await sdk.getOrder(client, { id: 'nothing' });
    expect(missing).toMatchObject({ ok: false, error: { code: 'NOT_FOUND', status: 404 } });
    const { items } = await sdk.unwrap(sdk.listProducts(client, { pageSize: 100 }));
    const soldOut = items.find(({ inStock }) => !inStock)!.id;
    const refused = await sdk.placeOrder(client, { lines: [{ productId: soldOut, quantity: 1 }] });
    if (refused.ok) throw new Error('placed');
    expect([refused.error.code, refused.error.problem?.lines]).toEqual(['OUT_OF_STOCK', [expect.any(Object)]]);
    const wrong = await sdk.listProducts(client, { pageSize: 1_000 });
    expect(wrong).toMatchObject({ error: { code: 'VALIDATION_FAILED', fields: [{ field: 'pageSize' }] } });
    const password = await sdk.login(client, { email, password: 'not this one' });
    expect(password).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    await expect(sdk.unwrap(sdk.getOrder(client, { id: 'nothing' }))).rejects.toMatchObject({
      failure: { code: 'NOT_FOUND' },
    });
  });

  it('knows a page that has not changed', async () => {
    const first = await sdk.getMe(client);
    const ifNoneMatch = first.ok ? first.headers.get('etag')! : '';
    expect(await sdk.getMe(client, {}, { ifNoneMatch })).toMatchObject({ error: { code: 'NOT_MODIFIED' } });
    const other = await sdk.updateMe(client, { name: 'Ada King' }, { ifMatch: '"0"' });
    expect(other).toMatchObject({ error: { code: 'PRECONDITION_FAILED' } });
  });

  it('goes through all pages, by cursor and by number', async () => {
    const orders = [];
    for await (const order of sdk.eachItem(client, sdk.listOrders, { first: 2 })) orders.push(order.id);
    const all = await sdk.unwrap(sdk.listOrders(client, { first: 100 }));
    expect(orders).toEqual(all.items.map(({ id }) => id));
    let pages = 0;
    for await (const page of sdk.eachPage(client, sdk.listProducts, { pageSize: 100 }))
      pages += page.items.length ? 1 : 0;
    expect(pages).toBeGreaterThan(1);
  });

  it('follows an order to its end, by a stream and by polls, and resumes', async () => {
    const id = await place();
    const seen = [];
    for await (const event of sdk.followOrder(client, { id })) seen.push(event);
    expect(seen.map(({ id, event }) => id ?? event)).toEqual(['1', '2', '3', '4', '5', 'end']);
    expect(seen.at(-1)!.data).toEqual({ reason: 'complete' });
    const rest = [];
    for await (const { id: at } of sdk.followOrder(client, { id }, { lastEventId: '3' })) rest.push(at);
    expect(rest).toEqual(['4', '5', undefined]);
    const polled = [];
    for await (const { id: at } of sdk.followOrder(client, { id }, { transport: 'poll' })) polled.push(at);
    expect(polled.filter(Boolean)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('leaves a stream with its loop, and refuses one that is not there', async () => {
    for await (const { event } of sdk.followClock(client)) {
      expect(event).toBe('tick');
      break;
    }
    await eventually(
      async () => (await shop.metric(/^streams_open\{route="\/v1\/events\/clock"\} (\d+)$/m)) === 0,
    );
    const follow = sdk.followOrder(client, { id: 'nothing' });
    await expect(follow.next()).rejects.toMatchObject({ failure: { code: 'NOT_FOUND' } });
  });

  it('reads the answer of the assistant as it is written', async () => {
    const body = { messages: [{ role: 'user' as const, content: 'Where is my order?' }] };
    let chunks = 0;
    for await (const { event } of sdk.askAssistant(client, body)) if (event === 'message') chunks++;
    expect(chunks).toBeGreaterThan(2);
  });

  it('runs trusted operations by the hash of their text', async () => {
    const home = await sdk.unwrap(sdk.webHome(client));
    expect([home.home?.user?.name, home.home?.degraded]).toEqual(['Ada Lovelace', []]);
    const product = await sdk.unwrap(sdk.webProduct(client, { id: 'p1', related: 2 }));
    expect([product.product?.product.id, product.product?.related?.length]).toEqual(['p1', 2]);
    const cancelled = await sdk.unwrap(sdk.mobileCancelOrder(client, { id: await place() }));
    expect(cancelled.cancelOrder).toHaveProperty('order');
    expect(await sdk.webHome(sdk.createClient({ baseUrl }))).toMatchObject({
      error: { code: 'UNAUTHENTICATED', status: 401, requestId: expect.any(String) },
    });
  });

  it('does what its page shows', async () => {
    const app = await signedIn(baseUrl, email, password);
    expect([await greeting(app), await order(app, 'p1')]).toEqual(['Hello, Ada Lovelace', 'DELIVERED']);
    expect((await lists(app)).length).toBeGreaterThan(10);
    expect(await greeting(sdk.createClient({ baseUrl }))).toBe('Please log in');
  });

  it('has a page without the parts of a service that is down, and says which', async () => {
    await shop.stop('products');
    const home = await sdk.getHome(client);
    if (!home.ok) throw new Error(home.error.message);
    expect(home.degraded).toEqual([expect.objectContaining({ part: 'recommendations' })]);
    expect([home.data.recommendations, sdk.isComplete(home.data)]).toEqual([null, false]);
    await shop.start('products');
  });
});
