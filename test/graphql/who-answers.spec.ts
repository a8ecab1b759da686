import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadConfig } from '#gateway/config/config';
import { Apollo } from '#gateway/transports/graphql/apollo-server';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { Subscribe } from '#gateway/transports/graphql/subscriptions/subscribe';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Access } from '#test/support/access';
import { OperationTypeNode } from 'graphql';
import { Ways } from './ways.ts';

const access = new Access();
let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  const config = loadConfig({ JWT_PRIVATE_KEY: access.privateKey, RATE_LIMIT: 'off', PORT: '0', ADMIN_PORT: '0' });
  app = await createGateway(config, createLogger('gateway', 'silent'));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  watch();
});
afterAll(() => app?.close());

type Runner = 'answer writer' | 'Apollo Server' | 'graphql-js' | 'nobody';
const ran: Runner[] = [];
beforeEach(() => void ran.splice(0));

/** Notes who runs an operation; it is run as ever. */
function watch(): void {
  const executor = app.get(Executor, { strict: false });
  const [run, write] = [executor.run.bind(executor), executor.write.bind(executor)];
  const apollo = app.get(Apollo, { strict: false });
  const answer = apollo.answer.bind(apollo);
  jest.spyOn(apollo, 'answer').mockImplementation((...given) => {
    ran.push('Apollo Server');
    return answer(...given);
  });
  jest.spyOn(executor, 'run').mockImplementation((...given) => {
    // Apollo Server has it run, too.
    if (!ran.includes('Apollo Server')) ran.push('graphql-js');
    return run(...given);
  });
  jest.spyOn(executor, 'write').mockImplementation(async (...given) => {
    const written = await write(...given);
    if (written) ran.push('answer writer');
    return written;
  });
  const subscribe = app.get(Subscribe, { strict: false });
  const begin = subscribe.run.bind(subscribe);
  jest.spyOn(subscribe, 'run').mockImplementation((...given) => {
    ran.push('graphql-js');
    return begin(...given);
  });
}

const ways = () => new Ways(url, access.of('u1'));
const JSON_TYPE = 'application/json';
const post = (body: object) => ways().send('POST', body, JSON_TYPE);
const text = '{ products { total } }';
const persistedQuery = { version: 1, sha256Hash: hash('sha256', text) };
const conditions = (count: number) => {
  const names = Array.from({ length: count }, (_, n) => `v${n}`);
  const declared = names.map((name) => `$${name}: Boolean = false`).join(' ');
  return `query (${declared}) { products { ${names.map((name) => `${name}: total @skip(if: $${name})`).join(' ')} } }`;
};
const rename = 'mutation { updateProfile(input: { name: "A" }) { user { id } } }';
const follow = 'subscription { orderStatus(id: "o1") { status } }';

/** Sends a request while a root field answers with a value that its type does not allow. @returns how often it was called */
async function withWrongValue(root: 'Query' | 'Mutation', name: string, send: () => Promise<unknown>) {
  const field = app.get(Executor, { strict: false }).schema.getRootType(OF_ROOT[root])!.getFields()[name]!;
  const resolve = field.resolve;
  let calls = 0;
  field.resolve = () => {
    calls += 1;
    return { user: { id: 'u1' }, id: 'u1', product: { id: 'p1' } };
  };
  await send();
  field.resolve = resolve;
  return calls;
}
const OF_ROOT = { Query: OperationTypeNode.QUERY, Mutation: OperationTypeNode.MUTATION };
const nameOfMe = { query: '{ me { id name } }' };

/** One request of each kind that the page names. */
const REQUESTS: Record<string, (() => Promise<unknown>)[]> = {
  'a query, as text, by id or by hash, over HTTP': [
    () => ways().sendRequest('POST', { query: text }),
    () => ways().sendRequest('GET', { query: text }),
    () => ways().sendRequest('QUERY', { query: text }),
    () => post({ query: text, extensions: { unknown: true } }),
    () => post({ query: `query A { me { id } } query B ${text}`, operationName: 'B' }),
    () => post({ documentId: 'web/product', variables: { id: 'p1' } }),
    () => post({ query: text, extensions: { persistedQuery } }),
    () => post({ extensions: { persistedQuery } }),
  ],
  'a query with `@skip` or `@include` on up to five variables': [() => post({ query: conditions(5) })],
  'a persisted query as a REST resource': [
    () => fetch(`${url}/v1/views/web/product?id=p1`).then((answer) => answer.text()),
  ],
  'a query with more such variables': [() => post({ query: conditions(6) })],
  'introspection (`__schema`, `__type`)': [
    () => post({ query: '{ __schema { queryType { name } } }' }),
    () => post({ query: '{ products { total } __type(name: "User") { name } }' }),
  ],
  'a query of an interface (`node`)': [() => post({ query: '{ node(id: "p1") { id ... on Product { name } } }' })],
  'a query over a WebSocket': [() => ways().sendRequest('WebSocket', { query: text })],
  'a mutation by `POST`': [() => post({ query: rename })],
  'a mutation over a WebSocket': [() => ways().sendRequest('WebSocket', { query: rename })],
  'a subscription': [
    () => ways().sendRequest('SSE', { query: follow }),
    () => ways().sendRequest('WebSocket', { query: follow }),
  ],
  'a query of `__typename` at the root': [() => post({ query: '{ __typename products { total } }' })],
  'a query with a value that its type does not allow': [
    () => withWrongValue('Query', 'me', () => post(nameOfMe)),
    () => withWrongValue('Query', 'me', () => ways().sendRequest('GET', nameOfMe)),
  ],
  'a query with invalid variables': [() => post({ query: 'query ($n: Int!) { products(page: $n) { total } }' })],
  'a document that cannot be parsed': [
    () => post({ query: '{' }),
    () => ways().sendRequest('SSE', { query: '{' }),
  ],
  'an invalid document': [
    () => post({ query: '{ nothing }' }),
    () => ways().sendRequest('WebSocket', { query: '{ nothing }' }),
    () => post({ query: `query A ${text} query B ${text}` }),
  ],
  'an operation without access': [
    () => new Ways(url).sendRequest('POST', { query: '{ products { total } me { id } }' }),
  ],
  'a mutation by `GET` or `QUERY`': [
    () => ways().sendRequest('GET', { query: rename }),
    () => ways().sendRequest('QUERY', { query: rename }),
  ],
  'a batch': [() => ways().send('POST', [{ query: text }], JSON_TYPE)],
};

const page = readFileSync('docs/graphql-over-http.md', 'utf8');
const table = page.slice(page.indexOf('| Request | Run by |')).split('\n\n', 1)[0]!;
const promised = table
  .split('\n')
  .slice(2)
  .map((row) => row.split('|').map((cell) => cell.trim()))
  .map(([, request, by]) => [request!, by as Runner] as const);

describe('docs/graphql-over-http.md says who runs', () => {
  it('each kind of request that is sent here', () => {
    expect(promised.map(([request]) => request)).toEqual(Object.keys(REQUESTS));
  });

  it.each(promised)('%s: %s', async (request, by) => {
    for (const send of REQUESTS[request]!) {
      ran.splice(0);
      await send();
      expect(ran).toEqual(by === 'nobody' ? [] : [by]);
    }
  });
});

describe('a root field with a value that its type does not allow', () => {
  it('of a query is resolved once, on every way, and the error names its path', async () => {
    for (const way of ['POST', 'POST as GraphQL', 'GET', 'APQ', 'QUERY', 'SSE', 'WebSocket'] as const) {
      const send = async () => {
        const { body } = await ways().sendRequest(way, nameOfMe);
        expect(body).toMatchObject({ data: { me: null }, errors: [{ path: ['me', 'name'] }] });
      };
      expect(await withWrongValue('Query', 'me', send)).toBe(1);
    }
  });

  it('of a persisted query is resolved once as a REST resource', async () => {
    const view = () => fetch(`${url}/v1/views/web/product?id=p1`);
    const send = async () => expect((await view()).status).toBe(500);
    expect(await withWrongValue('Query', 'product', send)).toBe(1);
  });

  it('of a mutation is resolved once, on every way', async () => {
    const request = { query: 'mutation { updateProfile(input: { name: "A" }) { user { id name } } }' };
    for (const way of ['POST', 'POST as GraphQL', 'APQ', 'SSE', 'WebSocket'] as const)
      expect(await withWrongValue('Mutation', 'updateProfile', () => ways().sendRequest(way, request))).toBe(1);
  });
});
