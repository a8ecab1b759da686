import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop.close());

interface Problem {
  code: string;
  errors: { field: string }[];
}
const seen = ({ status, body: { code, errors } }: { status: number; body: Problem }) => ({
  status,
  code,
  fields: errors.map(({ field }) => field),
});

describe('text that is not UTF-8 is refused, and never stored in another form', () => {
  it.each([
    ['JSON in ISO 8859-1', new Uint8Array(Buffer.from('{"name":"Zoë"}', 'latin1')), 400, 'BAD_REQUEST', ['body']],
    ['half of a surrogate pair', '{"name":"Zo\\ud83d"}', 422, 'VALIDATION_FAILED', ['name']],
    ['NUL', '{"name":"Zo\\u0000"}', 422, 'VALIDATION_FAILED', ['name']],
  ])('%s', async (_, body, status, code, fields) => {
    const headers = { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${shop.gateway.url}/v1/me`, { method: 'PATCH', headers, body });
    expect(seen({ status: answer.status, body: (await answer.json()) as Problem })).toEqual({
      status,
      code,
      fields,
    });
    expect((await ada.get('/v1/me')).body.name).toBe('Ada Lovelace');
  });

  it('is refused as a variable of GraphQL, too', async () => {
    const mutation = 'mutation($name: String) { updateProfile(input: { name: $name }) { __typename } }';
    const { body } = await ada.graphql(mutation, { name: 'Zo\ud83d' });
    expect(body.errors[0].extensions).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'name' }] });
  });
});

describe('a query that is not percent-encoded UTF-8', () => {
  it.each([
    ['/v1/products?search=caf%E9', ['search']],
    ['/v1/products?page=1&search=100%&sort=PRICE_ASC', ['search']],
    ['/v1/products?search=%ED%A0%80', ['search']],
    ['/products?%E9=1', ['%E9']],
  ])('is refused by the name of the parameter: %s', async (path, fields) => {
    expect(seen(await ada.get(path))).toEqual({ status: 400, code: 'BAD_REQUEST', fields });
  });

  it('is refused in the format of GraphQL', async () => {
    const { status, body } = await ada.get('/graphql?query=%7B__typename%7D%23%E9');
    expect(status).toBe(400);
    expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_REQUEST', errors: [{ field: 'query' }] });
  });

  it('is no obstacle to pages and logins, whose links others lengthen', async () => {
    const page = await ada.get('/shop?fbclid=%E9&utm_source=100%', { accept: 'text/html' });
    expect(page.status).toBe(200);
  });

  it.each(['caf%C3%A9', 'caf%c3%a9', '100%25', 'a+b%20c', '%F0%9F%92%A9'])(
    'and one that is, is read: %s',
    async (search) => {
      expect((await ada.get(`/v1/products?search=${search}`)).status).toBe(200);
    },
  );
});
