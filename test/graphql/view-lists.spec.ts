import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import { persistedOperationsIn } from '#gateway/transports/graphql/documents/persisted-operations';
import { OperationFolders } from '#gateway/transports/graphql/documents/released.fixture';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { createLogger } from '#libs/observe';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLObjectType } from 'graphql';

const folders = new OperationFolders().today({
  'web/echo': 'query Echo($words: [String!]!) { echo(words: $words) }',
});
let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  const config = loadConfig({ RATE_LIMIT: 'off', PORT: '0', ADMIN_PORT: '0' });
  app = await createGateway(config, createLogger('gateway', 'silent'));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  // No query of the shop takes a list.
  const query = buildSchema(
    'type Query { echo(words: [String!]!): [String!] }',
  ).getQueryType() as GraphQLObjectType;
  const { echo } = query.getFields();
  echo!.resolve = (_root, { words }: { words: string[] }) => words;
  echo!.extensions = { access: { isPublic: true } };
  const { schema } = app.get(Executor, { strict: false });
  Object.assign(schema.getQueryType()!.getFields(), { echo });
  app.get(Documents, { strict: false }).trusted = persistedOperationsIn(folders.clients, schema);
});
afterAll(async () => {
  await app?.close();
  folders.remove();
});

it.each([
  ['words=a', ['a']],
  ['words=b&words=a&words=b', ['b', 'a', 'b']],
])('a view reads a list from ?%s', async (search, echo) => {
  const answer = await fetch(`${url}/v1/views/web/echo?${search}`);
  expect(await answer.json()).toEqual({ echo });
});
