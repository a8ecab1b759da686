import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open({ CORS_ORIGINS: 'https://shop.example.com' });
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop.close());

const json = { 'content-type': 'application/json' };
const line = { productId: 'p1', quantity: 1 };

/** What was answered, and what it says of which field. */
const seen = ({ status, body }: { status: number; body: { code?: string; errors?: { field: string }[] } }) => ({
  status,
  code: body.code,
  fields: body.errors?.map(({ field }) => field),
});

describe('a body that is not acceptable', () => {
  it.each([
    ['malformed JSON', '{"lines":', 400, 'BAD_REQUEST', ['body']],
    ['nothing at all', '', 400, 'BAD_REQUEST', ['body']],
    ['a bare null', 'null', 400, 'BAD_REQUEST', ['body']],
    ['a list', '[]', 400, 'BAD_REQUEST', ['body']],
    ['a string', '"lines"', 400, 'BAD_REQUEST', ['body']],
    ['no lines', '{}', 400, 'BAD_REQUEST', ['lines']],
    ['lines of a wrong type', '{"lines":"p1"}', 400, 'BAD_REQUEST', ['lines']],
    [
      'a quantity of a wrong type',
      '{"lines":[{"productId":"p1","quantity":"1"}]}',
      400,
      'BAD_REQUEST',
      ['lines.0.quantity'],
    ],
    ['half a product', '{"lines":[{"productId":"p1","quantity":1.5}]}', 400, 'BAD_REQUEST', ['lines.0.quantity']],
    ['an unknown field', '{"lines":[{"productId":"p1","quantity":1}],"gift":true}', 400, 'BAD_REQUEST', ['gift']],
    ['a __proto__ key', '{"lines":[],"__proto__":{"isAdmin":true}}', 400, 'BAD_REQUEST', ['body']],
    [
      'a constructor key',
      '{"lines":[{"productId":"p1","quantity":1}],"constructor":{"prototype":{}}}',
      400,
      'BAD_REQUEST',
      ['body'],
    ],
    ['no line in lines', '{"lines":[]}', 422, 'VALIDATION_FAILED', ['lines']],
    [
      'none of a product',
      '{"lines":[{"productId":"p1","quantity":0}]}',
      422,
      'VALIDATION_FAILED',
      ['lines.0.quantity'],
    ],
    [
      'a price that is not one',
      '{"lines":[{"productId":"p1","quantity":1}],"expectedTotal":{"amountMinor":1,"currency":"usd"}}',
      422,
      'VALIDATION_FAILED',
      ['expectedTotal.currency'],
    ],
    [
      'an id that is too long',
      `{"lines":[{"productId":"${'p'.repeat(300)}","quantity":1}]}`,
      422,
      'VALIDATION_FAILED',
      ['lines.0.productId'],
    ],
  ])('is refused: %s', async (_, body, status, code, fields) => {
    const answer = await ada.post('/v1/orders', undefined, json).send(body);
    expect(seen(answer)).toEqual({ status, code, fields });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body.requestId).toBe(answer.headers['x-request-id']);
  });

  it('is refused when it is larger than the limit, whether or not it says so', async () => {
    const answer = await ada.post('/v1/orders', { lines: [line], note: 'x'.repeat(1_000_000) });
    expect(seen(answer)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const graphql = await ada.post('/graphql', { query: `{ me { id } } # ${'x'.repeat(1_000_000)}` });
    expect(graphql.status).toBe(413);
    expect(graphql.body.errors[0].extensions.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
    'is refused when it is %s',
    async (type) => {
      const answer = await ada.post('/v1/orders', undefined, { 'content-type': type }).send('lines=1');
      expect(seen(answer)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );
});

describe('a query that is not acceptable', () => {
  it.each([
    ['/v1/products?page=0', 422, ['page']],
    ['/v1/products?pageSize=0', 422, ['pageSize']],
    ['/v1/products?pageSize=101', 422, ['pageSize']],
    ['/v1/products?page=-1', 422, ['page']],
    ['/v1/products?page=99999999999999999999', 400, ['page']],
    ['/v1/products?page=one', 400, ['page']],
    ['/v1/products?page=1&page=2', 400, ['page']],
    ['/v1/products?sort=CHEAPEST', 422, ['sort']],
    ['/v1/products?colour=red', 400, ['colour']],
    ['/v1/products?__proto__=1', 400, ['__proto__']],
    [`/v1/products?search=${'x'.repeat(201)}`, 422, ['search']],
    ['/v1/orders?after=not-a-cursor', 422, ['after']],
    ['/v1/orders?first=1&status=LOST', 422, ['status']],
    ['/v1/home?fields=nothing', 400, ['fields']],
    ['/v1/home?fields=user&fields=degraded', 400, ['fields']],
    ['/v1/home?fields=', 400, ['fields']],
    ['/v1/orders/export?fields=id', 400, ['fields']],
    ['/v1/jobs?after=nothing', 422, ['after']],
    ['/v1/home?first=3', 400, ['first']],
    ['/v1/home?version=2', 400, ['version']],
  ])('%s', async (path, status, fields) => {
    const answer = await ada.get(path);
    expect(seen(answer)).toEqual({ status, code: status === 400 ? 'BAD_REQUEST' : 'VALIDATION_FAILED', fields });
  });

  it.each([
    '/v1/products/%00',
    '/v1/products/..%2f..%2fetc',
    '/v1/products/%F0%9F%92%A9',
    '/v1/nothing',
    '/nothing',
  ])('finds nothing at %s', async (path) => {
    expect(seen(await ada.get(path))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('is a bad request when the path cannot be decoded', async () => {
    expect(seen(await ada.get('/v1/products/%zz'))).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe('a GraphQL request that is not acceptable', () => {
  it.each([
    ['a syntax error', { query: '{ home {' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['no document', {}, 400, 'BAD_REQUEST'],
    ['a document that is not text', { query: 1 }, 400, 'BAD_REQUEST'],
    ['variables that are not an object', { query: '{ me { id } }', variables: 'x' }, 400, 'BAD_REQUEST'],
    [
      'a variable of a wrong type',
      { query: 'query ($id: ID!) { product(id: $id) { product { id } } }', variables: { id: {} } },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'an operation that is not there',
      { query: 'query A { me { id } }', operationName: 'B' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a list of operations', [{ query: '{ me { id } }' }], 400, 'GRAPHQL_BATCH_REFUSED'],
    ['too many tokens', { query: `{ ${'me { id } '.repeat(1_000)} }` }, 400, 'GRAPHQL_TOO_MANY_TOKENS'],
    ['too large a page', { query: '{ products(pageSize: 101) { total } }' }, 400, 'GRAPHQL_PAGE_TOO_LARGE'],
  ])('%s', async (_, body, status, code) => {
    const answer = await ada.post('/graphql', body);
    expect(answer.body.errors[0].extensions).toMatchObject({ code, requestId: answer.headers['x-request-id'] });
    expect(answer.status).toBe(status);
  });

  it.each([
    ['{ products(pageSize: 0) { total } }', 'VALIDATION_FAILED', ['pageSize']],
    ['{ home { recentOrders(first: 0) { id } } }', 'VALIDATION_FAILED', ['first']],
    ['{ orders(after: "nothing") { nodes { id } } }', 'VALIDATION_FAILED', ['after']],
    ['mutation { placeOrder(input: { lines: [] }) { __typename } }', 'VALIDATION_FAILED', ['lines']],
    [
      'mutation { updateProfile(input: { avatarUrl: "javascript:alert(1)" }) { user { id } } }',
      'VALIDATION_FAILED',
      ['avatarUrl'],
    ],
  ])('%s', async (query, code, fields) => {
    const { status, body } = await ada.graphql(query);
    const { extensions } = body.errors[0];
    expect(status).toBe(200);
    expect({
      code: extensions.code,
      fields: extensions.errors.map(({ field }: { field: string }) => field),
    }).toEqual({ code, fields });
  });

  it('is told of a variable that is null where there must be a value', async () => {
    const query = 'query ($page: Int) { products(page: $page) { total } }';
    const { body } = await ada.graphql(query, { page: null });
    expect(body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('is refused without a body, with null for one, and with JSON that does not parse, in the words of GraphQL', async () => {
    for (const body of ['', 'null', '{"query":']) {
      const answer = await ada.post('/graphql', undefined, json).send(body);
      expect(answer.status).toBe(400);
      expect(answer.body.errors[0].extensions.code).toBe('BAD_REQUEST');
    }
  });
});

describe('a request that is malformed as HTTP', () => {
  /** Sends bytes as they are; resolves to the whole answer. */
  const raw = async (bytes: string, url = shop.gateway.url): Promise<string> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(bytes);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    await once(socket, 'close');
    return answer;
  };

  it.each([
    ['two Host headers', 'GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['no Host header', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['garbage', 'nonsense\r\n\r\n', 400],
    [
      'a length and chunks at once',
      'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['headers beyond the limit', `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'an address beyond the limit',
      `GET /livez?${'x'.repeat(9_000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      414,
    ],
  ])('%s', async (_, bytes, status) => {
    expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it.each([
    ['nonsense\r\n\r\n', 400, 'BAD_REQUEST'],
    ['GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'BAD_REQUEST'],
    [`GET /metrics HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['GET /livez HTTP/1.1\r\nHost: a\r\nExpect: nonsense\r\n\r\n', 417, 'EXPECTATION_FAILED'],
  ])('is a problem on the admin port, too: %j', async (bytes, status, code) => {
    const answer = await raw(bytes, shop.gateway.adminUrl);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer).toContain('x-request-id: ');
  });

  it('answers 405 with Allow where a resource has other methods', async () => {
    const answer = await ada.patch('/v1/home', {});
    expect(seen(answer)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS');
  });
});
