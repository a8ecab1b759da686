import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';
import request from 'supertest';

const ENVELOPE = 'application/vnd.envelope+json';
const SHOP = 'https://shop.example';
let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open({ CORS_ORIGINS: SHOP });
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop.close());

describe('an envelope', () => {
  const accept = { accept: ENVELOPE };

  it('is put around the body of who asks for it, and of nobody else', async () => {
    const plain = await ada.get('/v1/me');
    const enveloped = await ada.get('/v1/me', accept);
    expect(enveloped.headers['content-type']).toBe(`${ENVELOPE}; charset=utf-8`);
    expect(JSON.parse(enveloped.text || String(enveloped.body))).toEqual({
      code: 'OK',
      message: 'OK',
      data: plain.body,
    });
    expect(plain.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('has the code and the words of what went wrong', async () => {
    const { status, text, headers } = await ada.get('/v1/orders/nothing', accept);
    expect(status).toBe(404);
    expect(headers['content-type']).toBe(`${ENVELOPE}; charset=utf-8`);
    expect(JSON.parse(text)).toMatchObject({ code: 'NOT_FOUND', data: { status: 404, code: 'NOT_FOUND' } });
  });

  it('has an ETag of its own, and goes with fields, HEAD and versions', async () => {
    const [plain, enveloped] = [await ada.get('/v1/products/p1'), await ada.get('/v1/products/p1', accept)];
    expect(enveloped.headers['vary']).toContain('Accept');
    expect(enveloped.headers['etag'] ?? 'none').not.toBe(plain.headers['etag']);
    const trimmed = await ada.get('/v1/me?fields=id', { accept: `${ENVELOPE};version=1` });
    expect(JSON.parse(trimmed.text).data).toEqual({ id: 'u1' });
    const head = await request(shop.gateway.url).head('/v1/products/p1').set(accept);
    expect([head.status, head.text]).toEqual([200, undefined]);
  });
});

describe('a preference', () => {
  const typeFor = async (path: string, accept: string) =>
    (await ada.get(path, { accept })).headers['content-type']?.replace('; charset=utf-8', '');

  it.each([
    ['application/json, application/vnd.envelope+json;q=0', 'application/json'],
    ['application/json, application/vnd.envelope+json;q=0.9', 'application/json'],
    ['application/json;q=0.9, application/vnd.envelope+json', ENVELOPE],
    ['*/*;q=0.5, application/vnd.envelope+json', ENVELOPE],
    ['*/*', 'application/json'],
  ])('is heard by REST: %s', async (accept, type) => {
    expect(await typeFor('/v1/me', accept)).toBe(type);
    const refused = type === ENVELOPE ? ENVELOPE : 'application/problem+json';
    expect(await typeFor('/v1/orders/nothing', accept)).toBe(refused);
  });

  it.each([
    ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0.5, application/json', 'application/json'],
    ['application/graphql-response+json;q=0, */*', 'application/json'],
    ['application/graphql-response+json; v=2; charset=utf-8', 'application/graphql-response+json'],
    ['application/json;q=0, */*', 'application/graphql-response+json'],
    ['text/html, */*;q=0.1', 'application/json'],
  ])('is heard by GraphQL: %s', async (accept, type) => {
    expect(await typeFor('/graphql?query={__typename}', accept)).toBe(type);
    expect(await typeFor('/graphql?query={nothing', accept)).toBe(type);
  });

  it.each(['text/html', 'application/json;q=0, application/graphql-response+json;q=0'])(
    'for nothing that GraphQL speaks is 406 before anything is done: %s',
    async (accept) => {
      const query = 'mutation { updateProfile(input: { name: "Nobody" }) { user { name } } }';
      const { status, body } = await ada.post('/graphql', { query }, { accept });
      expect([status, body.errors[0].extensions.code]).toEqual([406, 'NOT_ACCEPTABLE']);
      expect((await ada.get('/v1/me')).body.name).not.toBe('Nobody');
    },
  );

  it.each(['/v1/me', '/graphql?query={__typename}', '/livez'])(
    'is not read to the end where it has none: %s',
    async (path) => {
      const { status, body } = await ada.get(path, { accept: 'a/b,'.repeat(400) });
      expect([status, body.code ?? body.errors[0].extensions.code]).toEqual([431, 'HEADERS_TOO_LARGE']);
    },
  );
});

describe('what is accepted', () => {
  it.each([
    ['text/html', 406],
    ['application/xml', 406],
    ['application/json;q=0, text/plain', 406],
    ['application/json;q=0', 406],
    ['*/*;q=0', 406],
    ['application/json;version=1;q=0.5', 200],
    ['application/json; charset=utf-8', 200],
    ['application/json; indent=4', 200],
    ['application/problem+json; charset=utf-8, application/json;profile="https://shop.example/v;w"', 200],
    ['image/png, */*;q=0.1', 200],
    ['application/*', 200],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200],
    ['application/json', 200],
    [ENVELOPE, 200],
  ])('%s: %i', async (accept, status) => {
    const answer = await ada.get('/v1/me', { accept });
    expect(answer.status).toBe(status);
    if (status === 406) expect(answer.body).toMatchObject({ code: 'NOT_ACCEPTABLE' });
  });
});

describe('a stream', () => {
  it.each(['/v1/events', '/v1/events/clock'])('is refused to a client that takes JSON alone: %s', async (path) => {
    const { status, body } = await ada.get(path, { accept: 'application/json' });
    expect([status, body.code]).toEqual([406, 'NOT_ACCEPTABLE']);
    expect(body.detail).toBe('Available: text/event-stream; with the parameter wait, JSON.');
    expect((await ada.get(`${path}?wait=0`, { accept: 'application/json' })).status).toBeLessThan(300);
  });

  it('is opened by a client that names parameters of its media type', async () => {
    const headers = { accept: 'text/event-stream; version=1; charset=utf-8; level=2' };
    const stream = await Follower.open(
      `${shop.gateway.url}/v1/events/clock`,
      undefined,
      undefined,
      undefined,
      headers,
    );
    expect(stream.status).toBe(200);
    stream.close();
  });

  it('of an answer is refused before the question is asked', async () => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const { status, body } = await ada.post('/v1/assistant/chat', { messages }, { accept: 'application/json' });
    expect([status, body.detail]).toEqual([406, 'Available: text/event-stream.']);
  });
});

describe('a navigation to the login', () => {
  it.each(['/bff/login', '/bff/callback?code=c&state=s'])('is answered with a page alone: %s', async (path) => {
    const { status, headers } = await ada.get(path, { accept: 'text/html' });
    expect([401, 404]).toContain(status);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
  });
});

describe('a method', () => {
  it('that a page does not have is refused with a page: reloading the result of a form', async () => {
    const path = '/shop/orders/o8000/cancel';
    const [page, json] = [await ada.get(path, { accept: 'text/html' }), await ada.get(path)];
    expect([page.status, page.headers['allow']]).toEqual([405, 'POST, OPTIONS']);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect([json.status, json.body.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  it('that a resource does not have is 405 with those it has', async () => {
    const { status, headers, body } = await request(shop.gateway.url).delete('/v1/home');
    expect([status, headers['allow'], body.code]).toEqual([405, 'GET, HEAD, OPTIONS', 'METHOD_NOT_ALLOWED']);
  });

  it('HEAD answers as GET does, without the body', async () => {
    const [get, head] = [
      await request(shop.gateway.url).get('/v1/products/p1?fields=product'),
      await request(shop.gateway.url).head('/v1/products/p1?fields=product'),
    ];
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) {
      expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
    }
  });

  it('that a page asks for beforehand is remembered by the browser', async () => {
    const { status, headers } = await request(shop.gateway.url)
      .options('/v1/me')
      .set({ origin: SHOP, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'x-csrf' });
    expect(status).toBe(204);
    expect(headers['access-control-max-age']).toBe('600');
    expect(headers['access-control-allow-methods']).toContain('PATCH');
    expect(headers['access-control-allow-headers']).toContain('x-csrf');
  });
});
