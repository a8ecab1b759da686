import { readFileSync } from 'node:fs';
import { idOf } from '#gateway/transports/graphql/documents/released.fixture';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '#test/support/client';
import { overSocket } from '#test/support/over-socket';
import type { Shop } from '#test/support/shop';
import type { OpenApi } from '#tools/schema-changes/openapi';
import { readUsage, usageLines } from '#tools/schema-changes/used';
import { ENDED, OLD, ReleasedShop } from './released-operations.fixture.ts';

let released: ReleasedShop;
let shop: Shop;
let ada: Client;
let operator: Client;
beforeAll(async () => {
  released = await ReleasedShop.open();
  ({ shop, ada, operator } = released);
});
afterAll(() => released?.close());

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenApi;
const variables = { id: 'p1' };
const product = { data: { product: { product: { id: 'p1', name: expect.any(String) } } } };

describe('the use of operations', () => {
  const report = async (search = '') => {
    const url = `${shop.gateway.adminUrl}/admin/usage${search}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${operator.token}` } });
    return { status: answer.status, text: await answer.text() };
  };

  it('is counted by version of the operation and of the client, by whichever way it names itself', async () => {
    const body = { documentId: idOf(OLD), variables };
    const apollo = { 'apollographql-client-name': 'ios', 'apollographql-client-version': '7.0' };
    for (const headers of [{ 'x-client': 'web/2.0.0' }, { 'x-client': 'web/2.0.0' }, apollo])
      expect((await ada.post('/graphql', body, headers)).status).toBe(200);
    expect((await ada.get(`/v1/views/${body.documentId}?id=p1`, { 'x-client': 'web/2.0.0' })).status).toBe(200);
    expect(await overSocket(shop, ada.token!, body, { 'x-client': 'android/5' })).toEqual(product);
    for (let call = 0; call < 2; call += 1) {
      const { status } = await ada.post('/graphql', { documentId: idOf(ENDED) }, { 'x-client': 'web/0.9' });
      expect(status).toBe(410);
    }
    expect((await ada.post('/graphql', body)).status).toBe(200);
    const { status, text } = await report();
    const { operations, fields } = JSON.parse(text) as {
      operations: Record<string, unknown>[];
      fields: unknown[];
    };
    expect(status).toBe(200);
    const old = operations.find(({ sha256 }) => sha256 === idOf(OLD).slice(7))!;
    expect(old).toMatchObject({ name: 'web/product', isPersisted: true, releases: ['1.0.0'] });
    expect(old['clients']).toEqual(
      expect.arrayContaining([
        { name: 'web', version: '2.0.0', calls: 3, gone: 0 },
        { name: 'ios', version: '7.0', calls: 1, gone: 0 },
        { name: 'android', version: '5', calls: 1, gone: 0 },
      ]),
    );
    expect(old['coordinates']).toContain('Product.name');
    expect(fields).toContainEqual({ coordinate: 'Product.name', calls: expect.any(Number) });
    const ended = operations.find(({ sha256 }) => sha256 === idOf(ENDED).slice(7))!;
    expect(ended['clients']).toContainEqual({ name: 'web', version: '0.9', calls: 0, gone: 2 });
  });

  it('says which versions a change would break', async () => {
    const usage = readUsage((await report('?day=today')).text);
    const removed = {
      what: 'Product.imageUrl was removed.',
      isBreaking: true,
      coordinate: 'Product.imageUrl',
      operations: [],
    };
    expect(usageLines([{ ...removed, coordinate: 'Product.name' }], usage, document)).toContainEqual(
      'BROKEN   web 2.0.0: 3 of its 3 calls (100.0 %), in web/product.',
    );
    expect(usageLines([removed], usage, document).join()).not.toContain('web 2.0.0');
  });

  it('of REST is counted by method and path, version of the client and selected fields', async () => {
    const tv = { 'x-client': 'tv/3' };
    for (const path of ['/v1/me', '/v1/me?fields=name,id', '/me?fields=id, name', '/v1/orders?first=2'])
      expect((await ada.get(path, tv)).status).toBe(200);
    for (const path of ['/v1/me?fields=nope', '/v1/nothing', '/v1/orders/nothing']) await ada.get(path, tv);
    expect((await fetch(`${shop.gateway.url}/v1/me`, { headers: tv })).status).toBe(401);
    const usage = readUsage((await report()).text);
    const calls = usage.routes!.flatMap(({ route, fields = [], clients }) =>
      clients.filter(({ name }) => name === 'tv').map((client) => [route, fields.join(), client.calls]),
    );
    expect(calls.sort()).toEqual([
      ['GET /v1/me', '', 1],
      ['GET /v1/me', 'id,name', 2],
      ['GET /v1/orders', '', 1],
      ['GET /v1/orders/{id}', '', 1],
    ]);
    const removed = { what: 'It was removed.', isBreaking: true, operations: [] };
    const brokenBy = (coordinate: string) =>
      usageLines([{ ...removed, coordinate }], usage, document).find((line) => line.includes('tv 3'));
    expect(brokenBy('REST User.email')).toBe('BROKEN   tv 3: 1 of its 5 calls (20.0 %), in GET /v1/me.');
    expect(brokenBy('REST User.name')).toBe('BROKEN   tv 3: 3 of its 5 calls (60.0 %), in GET /v1/me.');
    expect(brokenBy('REST Home.user')).toBeUndefined();
  });

  it('is in the metrics', async () => {
    const text = await (await fetch(`${shop.gateway.adminUrl}/metrics`)).text();
    expect(text).toContain(
      `graphql_operation_calls_total{operation="web/product",sha256="${idOf(OLD).slice(7, 15)}",client="web",client_version="2.0.0",outcome="served"} 3`,
    );
    expect(text).toMatch(/^graphql_field_calls_total\{field="Product\.name"\} \d+$/m);
    expect(text).toContain('rest_operation_calls_total{route="GET /v1/me",client="tv",client_version="3"} 3');
    expect(text).toContain('rest_selected_field_calls_total{route="GET /v1/me",field="name"} 2');
  });

  it('is a page for operators', async () => {
    const headers = { authorization: `Bearer ${operator.token}` };
    const answer = await fetch(`${shop.gateway.adminUrl}/admin/ui/usage?day=today`, { headers });
    const text = (await answer.text()).replace(/\s+/g, ' ');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toMatch(/<th scope="row">web<\/th> ?<td>2\.0\.0<\/td> ?<td>3<\/td>/);
    expect(text).toContain('<code>Product.name</code>');
    expect(text).toMatch(/<code>GET \/v1\/me<\/code> ?<\/th> ?<td>id, name<\/td> ?<td>2<\/td> ?<td>tv 3: 2<\/td>/);
  });

  it('is not confused by hostile names', async () => {
    const body = { documentId: idOf(OLD), variables };
    for (const name of ['_OTHER/1', 'a'.repeat(5_000), 'web/1"} 99', 'wéb/1', '{"$ne":1}'])
      expect((await ada.post('/graphql', body, { 'x-client': Buffer.from(name).toString('latin1') })).status).toBe(
        200,
      );
    const { text } = await report();
    const { clients } = JSON.parse(text) as { clients: { name: string; calls: number }[] };
    expect(clients.find(({ name }) => name === '_INVALID')!.calls).toBe(5);
    expect(clients.map(({ name }) => name).sort()).toEqual(
      expect.arrayContaining(['_INVALID', '_NONE', 'android', 'ios', 'tv', 'web']),
    );
    expect(clients).toHaveLength(7);
  });

  it.each([
    ['?day=2026-02-30', 422],
    ['?day=tomorrow', 422],
    ['?days=0', 422],
    ['?days=1e0', 400],
    ['?dayz=1', 400],
    ['?day=yesterday&days=8', 200],
  ])('of %s is answered with %i', async (search, status) => {
    expect((await report(search)).status).toBe(status);
  });

  it('is for operators alone', async () => {
    const url = `${shop.gateway.adminUrl}/admin/usage`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: `Bearer ${ada.token}` } })).status).toBe(403);
  });
});
