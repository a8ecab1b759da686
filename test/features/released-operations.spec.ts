import { idOf } from '#gateway/transports/graphql/documents/released.fixture';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { overSocket } from '#test/support/over-socket';
import type { Shop } from '#test/support/shop';
import { ENDED, OLD, OUTDATED, ReleasedShop, RETIRING, STATUS } from './released-operations.fixture.ts';

let released: ReleasedShop;
let shop: Shop;
let ada: Client;
beforeAll(async () => {
  released = await ReleasedShop.open();
  ({ shop, ada } = released);
});
afterAll(() => released?.close());

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
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${ada.token}`,
      },
      body: JSON.stringify({ documentId: idOf(STATUS), variables: { id: body.id as string } }),
    });
    expect([stream.status, Object.fromEntries(stream.headers)]).toEqual([200, expect.objectContaining(announced)]);
    await stream.body!.cancel();
    const deprecation = { since: '2026-01-01', sunset: '2999-01-01' };
    expect(await overSocket(shop, ada.token!, { documentId })).toMatchObject({
      extensions: { deprecation: { ...deprecation, link: 'https://shop.example/apps' } },
    });
    const { id } = body as { id: string };
    const status = { documentId: idOf(STATUS), variables: { id } };
    expect(await overSocket(shop, ada.token!, status)).toMatchObject({
      data: { orderStatus: {} },
      extensions: { deprecation },
    });
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
    const deprecation = { since: '2026-01-01', sunset: '2026-02-01' };
    const view = await ada.get(`/v1/views/${documentId}`);
    expect([view.status, view.body, view.headers]).toEqual([
      410,
      expect.objectContaining({ code: 'GONE', deprecation }),
      expect.objectContaining(gone),
    ]);
    const post = await ada.post('/graphql', { documentId });
    const stream = await ada.post('/graphql', { documentId }, { accept: 'text/event-stream' });
    const socket = (await overSocket(shop, ada.token!, { documentId })) as { errors: object[] };
    expect([stream.status, stream.headers]).toEqual([410, expect.objectContaining(gone)]);
    // The same error everywhere, but for the id of its request.
    const refused = (errors: unknown) =>
      (errors as { message: string; extensions: object }[]).map(({ message, extensions }) => ({
        message,
        extensions: { ...extensions, requestId: 'any' },
      }));
    expect(refused(post.body.errors)).toMatchObject([{ extensions: { code: 'GONE', deprecation } }]);
    const body = (stream.body.errors ? stream.body : JSON.parse(stream.text)) as { errors: unknown };
    expect(refused(body.errors)).toEqual(refused(post.body.errors));
    expect(refused(socket.errors)).toEqual(refused(post.body.errors));
  });
});
