import { cpSync } from 'node:fs';
import { idOf, OperationFolders } from '#gateway/transports/graphql/documents/released.fixture';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { overSocket } from '#test/support/over-socket';
import { Shop } from '#test/support/shop';
import { readUsage, usageLines } from '#tools/schema-changes/used';
import { ENDED, OLD, OUTDATED, RETIRING, STATUS } from './released-operations.fixture.ts';

const folders = new OperationFolders();
let shop: Shop;
let ada: Client;
let operator: Client;

beforeAll(async () => {
  cpSync('clients', folders.clients, { recursive: true });
  folders.release(
    { text: OLD, ids: ['web/product'] },
    { text: RETIRING, retired: { since: '2026-01-01', sunset: '2999-01-01', link: 'https://shop.example/apps' } },
    { text: ENDED, retired: { since: '2026-01-01', sunset: '2026-02-01' } },
    { text: STATUS, ids: ['web/status'], retired: { since: '2026-01-01', sunset: '2999-01-01' } },
    { text: OUTDATED },
  );
  shop = await Shop.open({
    CLIENTS_DIR: folders.clients,
    RELEASED_DIR: folders.released,
    GRAPHQL_MODE: 'trusted',
    MAX_SESSIONS_PER_ACCOUNT: '10',
  });
  ada = await Client.of(shop, 'ada');
  operator = await Client.of(shop, 'grace');
});
afterAll(async () => {
  await shop?.close();
  folders.remove();
});

const variables = { id: 'p1' };
const product = { data: { product: { product: { id: 'p1', name: expect.any(String) } } } };
const query = (body: object) =>
  fetch(`${shop.gateway.url}/graphql`, {
    method: 'QUERY',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a released operation whose file has changed', () => {
  const documentId = idOf(OLD);

  it('is answered by its hash: POST, GET, QUERY, WebSocket and as a view', async () => {
    const anybody = Client.anonymous(shop);
    expect((await anybody.post('/graphql', { documentId, variables })).body).toEqual(product);
    const search = new URLSearchParams({ documentId, variables: JSON.stringify(variables) });
    expect((await anybody.get(`/graphql?${search}`)).body).toEqual(product);
    expect(await (await query({ documentId, variables })).json()).toEqual(product);
    expect(await overSocket(shop, ada.token!, { documentId, variables })).toEqual(product);
    const view = await anybody.get(`/v1/views/${documentId}?id=p1`);
    expect([view.status, view.body]).toEqual([200, product.data]);
    expect(view.headers['etag']).toEqual(expect.any(String));
  });

  it('is what it was: the id of the file means the new one', async () => {
    const { body } = await ada.post('/graphql', { documentId: 'web/product', variables });
    expect(Object.keys(body.data.product.product as object)).toContain('imageUrl');
  });

  it.each([
    [
      'an unknown hash',
      { documentId: idOf('{ __typename }'), variables },
      404,
      'GRAPHQL_UNKNOWN_DOCUMENT',
      undefined,
    ],
    ['a hash in capitals', { documentId: documentId.toUpperCase(), variables }, 400, 'BAD_REQUEST', 'documentId'],
    ['another text beside it', { documentId, query: RETIRING, variables }, 400, 'BAD_REQUEST', 'query'],
    ['other variables', { documentId, variables: { id: null } }, 400, 'GRAPHQL_VALIDATION_FAILED', '$id'],
    ['no variables', { documentId }, 400, 'GRAPHQL_VALIDATION_FAILED', '$id'],
  ])('is refused with %s', async (_, body, status, code, field) => {
    const answer = await ada.post('/graphql', body);
    const [error] = answer.body.errors as [
      { message: string; extensions: { code: string; errors?: { field: string }[] } },
    ];
    expect([answer.status, error.extensions.code]).toEqual([status, code]);
    if (field) expect(JSON.stringify(error)).toContain(field);
  });

  it.each([
    [`/v1/views/${idOf('{ __typename }')}`, 404, 'NOT_FOUND'],
    [`/v1/views/${documentId.toUpperCase()}`, 400, 'BAD_REQUEST'],
    ['/v1/views/nothing', 404, 'NOT_FOUND'],
    [`/v1/views/${documentId}`, 400, 'BAD_REQUEST'],
    [`/v1/views/${documentId}?id=p1&related=2`, 400, 'BAD_REQUEST'],
  ])('has no view at %s', async (path, status, code) => {
    const { status: its, body, headers } = await ada.get(path);
    expect([its, body.code]).toEqual([status, code]);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('that needs a field which has gone is told so', async () => {
    const { status, body } = await ada.post('/graphql', { documentId: idOf(OUTDATED) });
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(body.errors[0].message).toContain('"cents"');
  });
});

describe('a retired operation', () => {
  const announced = {
    deprecation: '@1767225600',
    sunset: 'Tue, 01 Jan 2999 00:00:00 GMT',
  };

  it('announces its end with every answer', async () => {
    const documentId = idOf(RETIRING);
    const link = '<https://shop.example/apps>; rel="deprecation"';
    const post = await ada.post('/graphql', { documentId });
    expect([post.status, post.headers]).toEqual([200, expect.objectContaining({ ...announced, link })]);
    const byText = await ada.get(`/graphql?${new URLSearchParams({ query: RETIRING })}`);
    expect(byText.headers).toMatchObject(announced);
    const view = await Client.anonymous(shop).get(`/v1/views/${documentId}`);
    expect([view.status, view.headers]).toEqual([200, expect.objectContaining(announced)]);
    const { body } = await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    const stream = await fetch(`${shop.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
        authorization: `Bearer ${ada.token}`,
      },
      body: JSON.stringify({ documentId: idOf(STATUS), variables: { id: body.id as string } }),
    });
    expect([stream.status, Object.fromEntries(stream.headers)]).toEqual([200, expect.objectContaining(announced)]);
    await stream.body!.cancel();
  });

  it('is gone afterwards: 410, however it is requested', async () => {
    const documentId = idOf(ENDED);
    const gone = { deprecation: '@1767225600', sunset: 'Sun, 01 Feb 2026 00:00:00 GMT' };
    for (const body of [{ documentId }, { query: ENDED }]) {
      const answer = await ada.post('/graphql', body, { 'x-client': 'web/0.9' });
      expect([answer.status, answer.body.errors[0]]).toMatchObject([
        410,
        { message: 'This operation ended on 2026-02-01.', extensions: { code: 'GONE' } },
      ]);
      expect(answer.headers).toMatchObject(gone);
    }
    const view = await ada.get(`/v1/views/${documentId}`);
    expect([view.status, view.body.code, view.headers]).toEqual([410, 'GONE', expect.objectContaining(gone)]);
    expect(await overSocket(shop, ada.token!, { documentId })).toMatchObject({
      errors: [{ extensions: { code: 'GONE' } }],
    });
  });
});

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
    expect(usageLines([{ ...removed, coordinate: 'Product.name' }], usage)).toContainEqual(
      'BROKEN   web 2.0.0: 3 of its 3 calls (100.0 %), in web/product.',
    );
    expect(usageLines([removed], usage).join()).not.toContain('web 2.0.0');
  });

  it('is in the metrics', async () => {
    const text = await (await fetch(`${shop.gateway.adminUrl}/metrics`)).text();
    expect(text).toContain(
      `graphql_operation_calls_total{operation="web/product",sha256="${idOf(OLD).slice(7, 15)}",client="web",client_version="2.0.0",outcome="served"} 3`,
    );
    expect(text).toMatch(/^graphql_field_calls_total\{field="Product\.name"\} \d+$/m);
  });

  it('is a page for operators', async () => {
    const headers = { authorization: `Bearer ${operator.token}` };
    const answer = await fetch(`${shop.gateway.adminUrl}/admin/ui/usage?day=today`, { headers });
    const text = (await answer.text()).replace(/\s+/g, ' ');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toMatch(/<th scope="row">web<\/th> ?<td>2\.0\.0<\/td> ?<td>3<\/td>/);
    expect(text).toContain('<code>Product.name</code>');
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
      expect.arrayContaining(['_INVALID', '_NONE', 'android', 'ios', 'web']),
    );
    expect(clients).toHaveLength(6);
  });

  it.each([
    ['?day=2026-02-30', 422],
    ['?day=tomorrow', 422],
    ['?days=0', 422],
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
