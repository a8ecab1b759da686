import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLFieldResolver, isObjectType } from 'graphql';
import { Executor } from '#gateway/transports/graphql/execute/executor';

let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', RATE_LIMIT: 'off' });
  app = await createGateway(config, createLogger('gateway', 'silent'));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}/graphql`;
});
afterAll(() => app?.close());

/** How each field of the schema is resolved. */
function resolvers(): Map<string, GraphQLFieldResolver<unknown, unknown> | undefined> {
  const { schema } = app.get(Executor, { strict: false });
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return new Map(
    types.flatMap((type) =>
      Object.values(type.getFields()).map((one) => [`${type.name}.${one.name}`, one.resolve]),
    ),
  );
}

describe('a request that Apollo runs', () => {
  it('leaves all fields as they are, so that what comes next is still written without an executor', async () => {
    const before = resolvers();
    expect(before.get('Product.name')).toBeUndefined();
    for (const [query, data] of [
      ['mutation { __typename }', { __typename: 'Mutation' }],
      ['{ __schema { queryType { name } } }', { __schema: { queryType: { name: 'Query' } } }],
    ] as const) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      expect(await answer.json()).toEqual({ data });
      expect(resolvers()).toEqual(before);
    }
  });
});
