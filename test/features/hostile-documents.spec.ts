import { loadConfig } from '#gateway/config/config';
import { startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { Client } from '#test/support/client';
import { HOSTILE } from '#test/support/hostile-documents';
import { Shop } from '#test/support/shop';
import request from 'supertest';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open({ GRAPHQL_BODY_LIMIT_BYTES: '1000000' });
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop.close());

describe('a hostile document', () => {
  it.each(HOSTILE)(
    'with $what is refused as $code, before it runs, with limit and value',
    async ({ query, variables, code }) => {
      const { status, body } = await ada.graphql(query, variables);
      const [error] = body.errors as { message: string; extensions: { code: string } }[];
      expect([status, error!.extensions.code]).toEqual([400, code]);
      if (code !== 'GRAPHQL_VALIDATION_FAILED')
        expect(error!.message).toMatch(/^\w.* [\de.+]+ exceeds the limit of \d+\.$/);
      expect(body.data).toBeUndefined();
    },
  );

  it('is not made harmless by where the operation stands, or by its name', async () => {
    const deep = HOSTILE.find(({ code }) => code === 'GRAPHQL_TOO_DEEP')!.query;
    const query = `query Small { me { id } } query Large ${deep}`;
    const large = await ada.post('/graphql', { query, operationName: 'Large' });
    expect(large.body.errors[0].extensions.code).toBe('GRAPHQL_TOO_DEEP');
    const small = await ada.post('/graphql', { query, operationName: 'Small' });
    expect(small.status).toBe(400);
    const get = await ada.get(`/graphql?query=${encodeURIComponent(deep)}`);
    expect(get.body.errors[0].extensions.code).toBe('GRAPHQL_TOO_DEEP');
  });
});

describe('an operation that is small, beside what is large', () => {
  const large = 'me { id } '.repeat(300);
  it.each([
    ['another operation', `query Small { me { id } } query Large { ${large} }`, 'Small'],
    ['a fragment that nobody spreads', `query Small { me { id } } fragment Large on Query { ${large} }`, 'Small'],
    ['both, and is not there', `query Large { ${large} }`, 'Small'],
    ['both, and has no name', `query Small { me { id } } query Large { ${large} }`, undefined],
  ])('is refused before that is validated: %s', async (_, query, operationName) => {
    const { status, body } = await ada.post('/graphql', { query, operationName });
    const [error] = body.errors as { message: string; extensions: { code: string } }[];
    expect([status, error!.extensions.code]).toEqual([400, 'GRAPHQL_TOO_MANY_FIELDS']);
    expect(error!.message).toMatch(/^Field count 60\d exceeds the limit of 500\.$/);
  });
});

describe('the schema', () => {
  it('cannot be asked for in production, by whatever way', async () => {
    const key = 'an internal key of this spec alone and long enough';
    const JWT_PRIVATE_KEY = new Access().privateKey;
    const environment = {
      NODE_ENV: 'production',
      INTERNAL_TOKEN_KEY: key,
      JWT_PRIVATE_KEY,
      PORT: '0',
      ADMIN_PORT: '0',
    };
    const gateway = await startGateway(loadConfig(environment), createLogger('gateway', 'silent'));
    const send = async (query: string) =>
      (await request(gateway.url).post('/graphql').send({ query })).body.errors[0] as {
        message: string;
        extensions: { code: string };
      };
    for (const query of [
      '{ __schema { types { name } } }',
      '{ ...a } fragment a on Query { __type(name: "User") { name } }',
    ]) {
      expect((await send(query)).extensions.code).toBe('GRAPHQL_INTROSPECTION_OFF');
    }
    const unknown = await send('{ mee { id } }');
    expect(unknown.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(unknown.message).not.toMatch(/did you mean/i);
    await gateway.stop();
  });
});
