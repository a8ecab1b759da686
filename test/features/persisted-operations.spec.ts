import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { Ajv2020 } from 'ajv/dist/2020.js';

let shop: Shop;
let strict: SecondGateway;
let ada: Client;

const file = (id: string) => readFileSync(`clients/${id}.graphql`, 'utf8');
const openapi = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>;
};

beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on' });
  strict = await secondGateway(shop, () => ({ GRAPHQL_MODE: 'trusted' }));
  ada = await Client.of(shop, 'ada');
});
afterAll(async () => {
  await strict?.gateway.stop();
  await shop?.close();
});

describe('a trusted operation', () => {
  it('is asked for by its id, by POST and by GET, with variables', async () => {
    const byPost = await ada.post('/graphql', { documentId: 'mobile/home' });
    expect(byPost.body.data.home.recentOrders).toHaveLength(2);
    const variables = encodeURIComponent('{"id":"p1","related":2}');
    const byGet = await ada.get(`/graphql?documentId=web/product&variables=${variables}`);
    expect(byGet.body.data.product.related).toHaveLength(2);
  });

  it.each(['application/json', 'application/graphql-response+json,application/json;q=0.9', '*/*;q=0.5'])(
    'may have a question mark in its query, as it is or encoded, for who accepts %s',
    async (accept) => {
      const answerTo = async (mark: string) => {
        const variables = `%7B%22id%22%3A%22p1${mark}%22%7D`;
        const path = `/graphql?documentId=web/product&variables=${variables}`;
        const { status, text, body } = await Client.anonymous(shop).get(path, { accept });
        return [status, (JSON.parse(text || String(body)) as { data: object }).data];
      };
      const encoded = await answerTo('%3F');
      expect(encoded).toEqual([200, { product: null }]);
      expect(await answerTo('?')).toEqual(encoded);
      expect(await answerTo('?a=b?c')).toEqual(encoded);
    },
  );

  it('is a resource of its own, with the same answer, and what caches may do with it', async () => {
    const view = await ada.get('/v1/views/mobile/home');
    const { body } = await ada.post('/graphql', { documentId: 'mobile/home' });
    expect(view.body).toEqual(body.data);
    expect(view.headers['cache-control']).toMatch(/^private/);
    const again = await ada.get('/v1/views/mobile/home', { 'if-none-match': String(view.headers['etag']) });
    expect([again.status, again.text]).toEqual([304, '']);
    const anybody = await Client.anonymous(shop).get('/v1/views/web/product?id=p1');
    expect(anybody.headers['cache-control']).toMatch(/^public, max-age=/);
    expect(anybody.headers['surrogate-key']).toContain('product:p1');
  });

  it.each([
    'web/home',
    'mobile/home',
    'web/product?id=p2&related=3',
    'mobile/orders?first=3&status=DELIVERED',
    'mini/home',
    'mini/search?search=lamp&page=2',
    'mini/order?id=o8000',
  ])('answers as the OpenAPI document says: %s', async (path) => {
    const { status, body } = await ada.get(`/v1/views/${path}`);
    expect(status).toBe(200);
    const { schema } =
      openapi.paths[`/v1/views/${path.split('?')[0]}`]!.get.responses['200']!.content['application/json']!;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    expect([validate(body), validate.errors]).toEqual([true, null]);
  });

  it.each(['home', 'product?id=p1'])(
    'of the mini-program has a quarter of the bytes of the web: %s',
    async (page) => {
      const bytesOf = async (client: string) => (await ada.get(`/v1/views/${client}/${page}`)).text.length;
      const [mini, web] = [await bytesOf('mini'), await bytesOf('web')];
      expect(mini).toBeGreaterThan(100);
      expect(mini / web).toBeLessThanOrEqual(0.25);
    },
  );

  it('of the mini-program places an order once, however often it is sent', async () => {
    const variables = { lines: [{ productId: 'p1', quantity: 1 }], idempotencyKey: 'mini-1' };
    const place = () => ada.post('/graphql', { documentId: 'mini/place-order', variables });
    const { order } = (await place()).body.data.placeOrder;
    expect(order).toMatchObject({ id: expect.any(String), status: 'PLACED' });
    expect((await place()).body.data.placeOrder.order.id).toBe(order.id);
    const { body } = await ada.get(`/v1/views/mini/order?id=${order.id}`);
    expect(body.order.order.lines).toMatchObject([{ quantity: 1 }]);
  });

  it('lets in who its fields let in', async () => {
    const anybody = Client.anonymous(shop);
    const view = await anybody.get('/v1/views/web/home');
    expect([view.status, view.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer, DPoP/)]);
    expect((await anybody.post('/graphql', { documentId: 'web/home' })).status).toBe(401);
  });

  it.each([
    ['/v1/views/web/nothing', 404, []],
    ['/v1/views/mobile/cancel-order?id=o1', 404, []],
    ['/v1/views/web/product', 400, ['id']],
    ['/v1/views/web/product?id=p1&related=many', 400, ['related']],
    ['/v1/views/web/product?id=p1&relatd=1', 400, ['relatd']],
    ['/v1/views/web/product?id=p1&related=-9999999999', 400, []],
    ['/v1/views/mobile/orders?first=-9999999999', 400, []],
    ['/v1/views/mobile/orders?first=0', 422, ['first']],
    ['/v1/views/mobile/orders?first=1%20', 400, ['first']],
    ['/v1/views/mobile/orders?first=0x10', 400, ['first']],
    ['/v1/views/mobile/orders?first=1e1', 400, ['first']],
    ['/v1/views/web/product?id=nothing', 404, []],
  ])('is refused with what is wrong: %s', async (path, status, fields) => {
    const answer = await ada.get(path);
    const { errors = [] } = answer.body as { errors?: { field: string }[] };
    expect([answer.status, errors.map(({ field }) => field)]).toEqual([status, fields]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  const byId = { documentId: 'web/product' };
  const byHash = {
    extensions: { persistedQuery: { version: 1, sha256Hash: hash('sha256', file('web/product')) } },
  };
  it.each<[string, object]>([
    ['id', byId],
    ['hash', byHash],
  ])('by its %s is run under its own name, or under none', async (_, named) => {
    const variables = { id: 'p1' };
    const answerTo = async (operationName: unknown) => {
      const { status, body } = await ada.post(
        '/graphql',
        { ...named, variables, operationName },
        { accept: 'application/graphql-response+json' },
      );
      return [status, body.data?.product.product.id ?? body.errors[0].extensions.code];
    };
    for (const name of ['WebProduct', '', null, undefined]) expect(await answerTo(name)).toEqual([200, 'p1']);
    for (const name of ['Product', 'webproduct', 'web/product'])
      expect([name, ...(await answerTo(name))]).toEqual([name, 400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(await answerTo(['WebProduct'])).toEqual([400, 'BAD_REQUEST']);
    const search = new URLSearchParams({
      documentId: 'web/product',
      variables: '{"id":"p1"}',
      operationName: 'B',
    });
    const { body } = await ada.get(`/graphql?${search}`);
    expect(body.errors[0].message).toBe('Unknown operation named "B".');
  });

  it('that nobody knows is told apart', async () => {
    const { status, body } = await ada.post('/graphql', { documentId: 'web/nothing' });
    expect([status, body.errors[0].extensions.code]).toEqual([404, 'GRAPHQL_UNKNOWN_DOCUMENT']);
  });
});

describe('a gateway that takes trusted operations alone', () => {
  it('takes them by id or to the letter, and nothing else', async () => {
    const there = Client.anonymous(strict);
    const variables = { id: 'p1' };
    expect((await there.post('/graphql', { documentId: 'web/product', variables })).status).toBe(200);
    expect((await there.post('/graphql', { query: file('web/product'), variables })).status).toBe(200);
    for (const query of ['{ products { total } }', `${file('web/product')} `, '{ __typename }']) {
      const { status, body } = await there.post('/graphql', { query });
      expect([status, body.errors[0].extensions.code]).toEqual([403, 'GRAPHQL_NOT_TRUSTED']);
    }
  });

  const byHash = async (sha256Hash: unknown, query?: string) => {
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const requested = { query, variables: { id: 'p1' }, extensions };
    const { status, body } = await Client.anonymous(strict).post('/graphql', requested);
    return [status, body.data?.product.product.id ?? body.errors[0].extensions.code];
  };

  it.each([
    ['the SHA-256 of their text', hash('sha256', file('web/product'))],
    ['their id', 'web/product'],
  ])('takes %s where clients send the hash of an automatic persisted query', async (_, sha256Hash) => {
    expect(await byHash(sha256Hash)).toEqual([200, 'p1']);
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash } });
    const query = new URLSearchParams({ variables: '{"id":"p1"}', extensions });
    const { body } = await Client.anonymous(strict).get(`/graphql?${query}`);
    expect(body.data.product.product.id).toBe('p1');
  });

  it('takes no other hash, and none beside another text', async () => {
    const refused = [403, 'GRAPHQL_NOT_TRUSTED'];
    expect(await byHash(hash('sha256', 'nothing'))).toEqual(refused);
    expect(await byHash(7)).toEqual(refused);
    expect(await byHash('web/product', '{ products { total } }')).toEqual(refused);
  });
});

describe('an automatic persisted query', () => {
  const query = '{ products(pageSize: 1) { total } }';
  const extensions = (of: string) => ({ persistedQuery: { version: 1, sha256Hash: hash('sha256', of) } });

  it('is sent once, and asked for by its hash from then on', async () => {
    const first = await ada.post('/graphql', { extensions: extensions(query) });
    expect(first.body.errors[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
    const sent = await ada.post('/graphql', { query, extensions: extensions(query) });
    expect(sent.body.data.products.total).toBeGreaterThan(0);
    expect((await ada.post('/graphql', { extensions: extensions(query) })).body).toEqual(sent.body);
    const get = await ada.get(`/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions(query)))}`);
    expect(get.body).toEqual(sent.body);
  });

  it('is never kept under the hash of another, and passes the same limits', async () => {
    const forged = await ada.post('/graphql', { query, extensions: extensions('{ me { id } }') });
    expect([forged.status, forged.body.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
    const large = '{ products(pageSize: 1000) { total } }';
    for (const body of [{ query: large, extensions: extensions(large) }, { extensions: extensions(large) }]) {
      expect((await ada.post('/graphql', body)).body.errors[0].extensions.code).toBe('GRAPHQL_PAGE_TOO_LARGE');
    }
  });
});

describe('a folder of operations', () => {
  it('that are wrong keeps the gateway from starting, with every mistake', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-clients-'));
    mkdirSync(join(folder, 'web'));
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write('web/unknown.graphql', '{ nothing }');
    write('web/two.graphql', 'query A { me { id } } query B { me { id } }');
    write('web/half.graphql', '{ me {');
    write('Upper.graphql', '{ me { id } }');
    const starting = createGateway(loadConfig({ CLIENTS_DIR: folder }), createLogger('gateway', 'silent'));
    await expect(starting).rejects.toThrow(
      /Upper\.graphql: must be client\/operation[^]*half\.graphql: Syntax Error[^]*two\.graphql: must have one operation[^]*unknown\.graphql: Cannot query field "nothing"/,
    );
    rmSync(folder, { recursive: true });
  });
});
