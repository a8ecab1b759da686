import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { OperationFolders } from '#gateway/transports/graphql/documents/released.fixture';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { createLogger } from '#libs/observe';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { Ways } from './ways.ts';

const OPERATIONS = {
  'web/rename':
    'mutation Rename($name: String) { updateProfile(input: { name: $name }) { user { id name email avatarUrl } } }',
  'web/node': 'query Node { node(id: "p1") { id __typename ... on Product { id name description category } } }',
  'web/follow':
    'subscription Follow { orderStatus(id: "o1") { status __typename a: status b: status c: status } }',
};
const folders = new OperationFolders().today(OPERATIONS);
const access = new Access();
let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  const config = loadConfig({
    JWT_PRIVATE_KEY: access.privateKey,
    CLIENTS_DIR: folders.clients,
    GRAPHQL_MAX_TOKENS: '20',
    RATE_LIMIT: 'off',
    PORT: '0',
    ADMIN_PORT: '0',
  });
  app = await createGateway(config, createLogger('gateway', 'silent'));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  const { schema } = app.get(Executor, { strict: false });
  schema.getMutationType()!.getFields()['updateProfile']!.resolve = (_root, { input }: { input: object }) => ({
    user: { id: 'u1', email: 'a@b.example', ...input },
  });
  schema.getQueryType()!.getFields()['node']!.resolve = () => null;
  const follow = schema.getSubscriptionType()!.getFields()['orderStatus']!;
  follow.subscribe = async function* () {
    yield { status: 'PAID' };
  };
  follow.resolve = (event) => event as object;
});
afterAll(async () => {
  await app?.close();
  folders.remove();
});

const ways = () => new Ways(url, access.of('u1'));
const rename = { documentId: 'web/rename', variables: { name: 'Ada' } };
const follow = { query: '', documentId: 'web/follow' };
const renamed = { updateProfile: { user: { id: 'u1', name: 'Ada', email: 'a@b.example', avatarUrl: null } } };

describe('a trusted operation with more tokens than ad-hoc documents may have', () => {
  it('runs as a mutation by POST, as one event, and over a WebSocket', async () => {
    const answers = [
      await ways().send('POST', rename, 'application/json'),
      await ways().send('POST', rename, 'text/event-stream'),
      await ways().sendRequest('POST', { query: OPERATIONS['web/rename'], variables: rename.variables }),
      await ways().sendRequest('WebSocket', { query: '', ...rename }),
    ];
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => ({ data: renamed })));
  });

  it('runs as a query of Apollo Server by GET, QUERY, POST and as a view', async () => {
    const get = async (path: string) => (await fetch(`${url}${path}`, { headers: access.of('u1') })).json();
    expect(await get('/graphql?documentId=web/node')).toEqual({ data: { node: null } });
    expect(await get('/v1/views/web/node')).toEqual({ node: null });
    for (const method of ['POST', 'QUERY']) {
      const { body } = await ways().send(method, { documentId: 'web/node' }, 'application/json');
      expect(body).toEqual({ data: { node: null } });
    }
  });

  it('runs as a subscription by SSE and over a WebSocket', async () => {
    const event = {
      data: { orderStatus: { status: 'PAID', __typename: 'OrderProgress', a: 'PAID', b: 'PAID', c: 'PAID' } },
    };
    const sse = await ways().send('POST', follow, 'text/event-stream');
    const socket = await ways().sendRequest('WebSocket', follow);
    expect([sse.body, socket.body]).toEqual([event, event]);
  });
});

it('an ad-hoc document with as many is refused', async () => {
  const { body } = await ways().sendRequest('POST', { query: `${OPERATIONS['web/rename']} ` });
  expect(body.errors![0]!.extensions.code).toBe('GRAPHQL_TOO_MANY_TOKENS');
});
