import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';

/**
 * What graphql-cop (https://github.com/dolevf/graphql-cop) looks for, each check by its title there and with its own request,
 * at a gateway as it is in production.
 */
const log = new LogLines();
const access = new Access();
let gateway: RunningGateway;

beforeAll(async () => {
  const config = loadConfig({
    NODE_ENV: 'production',
    INTERNAL_TOKEN_KEY: 'an internal key of this spec alone and long enough',
    JWT_PRIVATE_KEY: access.privateKey,
    RATE_LIMIT: 'off',
    PORT: '0',
    ADMIN_PORT: '0',
  });
  gateway = await startGateway(config, createLogger('gateway', 'info', log));
});
afterAll(() => gateway?.stop());

interface Answer {
  status: number;
  text: string;
  body: { data?: Record<string, unknown>; errors?: { message: string; extensions: Record<string, unknown> }[] };
}

async function requested(search: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${gateway.url}/graphql${search}`, init);
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) as Answer['body'] };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const post = (body: unknown, headers: Record<string, string> = JSON_HEADERS) =>
  requested('', { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const document = (query: string) => post({ query, operationName: 'cop' });
const got = (query: string) => requested(`?${new URLSearchParams({ query })}`);
const codesOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions['code']);

describe('graphql-cop', () => {
  it('Alias Overloading: 101 aliases are refused', async () => {
    const aliases = Array.from({ length: 101 }, (_, n) => `alias${n}:__typename \n`).join('');
    const answer = await document(`query cop { ${aliases} }`);
    expect(codesOf(answer)).toEqual(['GRAPHQL_TOO_MANY_ROOT_FIELDS']);
    const below = `query cop { products { items { ${aliases.replaceAll('__typename', 'id')} } } }`;
    expect(codesOf(await document(below))).toEqual(['GRAPHQL_TOO_MANY_ALIASES']);
  });

  it('Array-based Query Batching: refused, ten or one', async () => {
    const one = { query: 'query cop { __typename }', operationName: 'cop' };
    for (const batch of [Array.from({ length: 10 }, () => one), [one]])
      expect(codesOf(await post(batch))).toEqual(['GRAPHQL_BATCH_REFUSED']);
  });

  it('Directive Overloading: ten of one name are not ten errors', async () => {
    const answer = await document('query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }');
    expect(answer.body.errors!.length).toBeLessThan(10);
    const many = await document(`query cop { __typename ${'@aa'.repeat(51)} }`);
    expect(codesOf(many)).toEqual(['GRAPHQL_TOO_MANY_DIRECTIVES']);
  });

  it('Field Duplication: 500 times the same field is refused', async () => {
    const answer = await document(`query cop { ${'__typename \n'.repeat(500)} }`);
    expect(codesOf(answer)).toEqual(['GRAPHQL_TOO_MANY_ROOT_FIELDS']);
    const below = `query cop { products { ${'total \n'.repeat(500)} } }`;
    expect(codesOf(await document(below))).toEqual(['GRAPHQL_TOO_MANY_FIELDS']);
  });

  it('Introspection-based Circular Query: refused', async () => {
    const circular = `query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }`;
    expect(codesOf(await document(circular))).toEqual(['GRAPHQL_INTROSPECTION_OFF']);
  });

  it('Introspection: refused, __type as __schema', async () => {
    for (const query of [
      'query cop { __schema { types { name fields { name } } } }',
      'query cop { __type(name: "User") { name } }',
    ])
      expect(codesOf(await document(query))).toEqual(['GRAPHQL_INTROSPECTION_OFF']);
  });

  it('Field Suggestions: none', async () => {
    for (const query of [
      'query cop { __schema { directive } }',
      'query cop { mee { id } }',
      'query cop { me { nam } }',
    ]) {
      const { text, body } = await document(query);
      expect(body.errors!.length).toBeGreaterThan(0);
      expect(text).not.toContain('Did you mean');
    }
  });

  it('GraphQL IDE: none, for a browser', async () => {
    const { text } = await requested('', { headers: { accept: 'text/html' } });
    expect(text).not.toMatch(/graphiql|playground|sandbox|<html/i);
  });

  it('Mutation is allowed over GET (possible CSRF): refused', async () => {
    const answer = await got('mutation cop {__typename}');
    expect([answer.status, codesOf(answer), answer.body.data]).toEqual([405, ['METHOD_NOT_ALLOWED'], undefined]);
  });

  it('GET Method Query Support (possible CSRF): taken on purpose, and no cookie of a visitor counts', async () => {
    expect((await got('query cop {__typename}')).body).toEqual({ data: { __typename: 'Query' } });
    const search = `?${new URLSearchParams({ query: 'query cop { me { id } }' })}`;
    const forged = await requested(search, { headers: { cookie: '__Host-Http-atrium=stolen' } });
    expect([forged.status, forged.body.data]).toEqual([403, undefined]);
  });

  it('POST based url-encoded query (possible CSRF): refused, as is all that a form can send', async () => {
    const types = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'];
    for (const type of types) {
      const answer = await post('query=query+cop+%7B+__typename+%7D', { 'content-type': type });
      expect([type, answer.status, codesOf(answer)]).toEqual([type, 415, ['UNSUPPORTED_MEDIA_TYPE']]);
    }
  });

  it('Trace Mode: no tracing in an answer, nor in an error', async () => {
    for (const query of ['query cop { __typename }', 'query cop { nothing }']) {
      for (const headers of [JSON_HEADERS, { ...JSON_HEADERS, 'apollo-federation-include-trace': 'ftv1' }])
        expect((await post({ query }, headers)).text).not.toMatch(/tracing|ftv1/i);
    }
  });

  it('Unhandled Errors Detection: no exception and no stack, and no error of ours', async () => {
    const before = log.lines.length;
    const answer = await document('qwerty cop { abc }');
    expect(codesOf(answer)).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(Object.keys(answer.body.errors![0]!.extensions).sort()).toEqual(['code', 'requestId']);
    expect(answer.text).not.toMatch(/exception|stack|node_modules/i);
    expect(log.lines.slice(before).filter(({ level }) => level === 'error')).toEqual([]);
  });
});
