import { hash } from 'node:crypto';
import { loadConfig } from '#gateway/config/config';
import { createLogger } from '#libs/observe';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { GraphQLSchemaHost } from '@nestjs/graphql';
import { buildSchema } from 'graphql';
import type { PinoLogger } from 'nestjs-pino';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { OperationCalls } from '#gateway/transports/graphql/usage/operation-calls';
import { CallCounts } from '#gateway/transports/usage/call-counts';
import { aContext, LogLines } from '#libs/testing';
import { Documents } from './documents.ts';
import { checkParams } from './params.ts';
import { idOf, OperationFolders, type ReleasedText } from './released.fixture.ts';

const schema = buildSchema('type Query { page(first: Int): Int sheet: Int }');
const TODAY = 'query Page { page sheet }';
const OLD = 'query Page { page }';

let folders: OperationFolders;
let log: LogLines;
beforeEach(() => {
  log = new LogLines();
  folders = new OperationFolders();
});
afterEach(() => {
  jest.useRealTimers();
  folders.remove();
});

function documents(released: ReleasedText[], mode = 'trusted'): Documents {
  folders.today({ 'web/page': TODAY }).release(...released);
  const config = loadConfig({
    CLIENTS_DIR: folders.clients,
    RELEASED_DIR: folders.released,
    GRAPHQL_MODE: mode,
  });
  const logger = createLogger('spec', 'info', log) as unknown as PinoLogger;
  const executor = new Executor(config);
  executor.schema = schema;
  const calls = new OperationCalls(executor, new CallCounts(config));
  const made = new Documents({ schema } as GraphQLSchemaHost, config, calls, logger);
  made.onModuleInit();
  return made;
}

const context = aContext();
const resolve = (all: Documents, params: object) => all.resolve(context, checkParams(params));

const persistedQuery = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

describe('a released operation', () => {
  it('keeps its text under its hash when its file changes', () => {
    const all = documents([{ text: OLD }]);
    expect(resolve(all, { documentId: 'web/page' }).text).toBe(TODAY);
    expect(resolve(all, { documentId: idOf(OLD) })).toMatchObject({
      text: OLD,
      trusted: { sha256: hash('sha256', OLD) },
    });
  });

  it('has a hash before its first release, too', () => {
    expect(resolve(documents([]), { documentId: idOf(TODAY) }).trusted?.id).toBe('web/page');
  });

  it('whose file was deleted is still served by its id, in its last release', () => {
    const older = { text: 'query Gone { sheet }', ids: ['web/gone'] };
    const last = { text: 'query Gone { page sheet }', ids: ['web/gone'] };
    const { text } = resolve(documents([older, last]), { documentId: 'web/gone' });
    expect(text).toBe(last.text);
  });

  it.each([
    ['its text', { query: OLD }],
    ['its hash as automatic persisted queries have it', persistedQuery(hash('sha256', OLD))],
    ['its document id there', persistedQuery(idOf(OLD))],
    ['its text and its hash', { query: OLD, ...persistedQuery(hash('sha256', OLD)) }],
    ['its id and its text', { documentId: idOf(OLD), query: OLD }],
    ['its id and an empty text, as graphql-ws wants it', { documentId: idOf(OLD), query: '' }],
    ['its id and its hash', { documentId: idOf(OLD), ...persistedQuery(hash('sha256', OLD)) }],
  ])('is trusted by %s', (_, params) => {
    expect(resolve(documents([{ text: OLD }]), params).trusted?.text).toBe(OLD);
  });

  it.each([
    ['an unknown hash', { documentId: idOf('{ page }') }, 'GRAPHQL_UNKNOWN_DOCUMENT'],
    ['a hash in capitals', { documentId: `sha256:${hash('sha256', OLD).toUpperCase()}` }, 'BAD_REQUEST'],
    ['a prefix in capitals', { documentId: `SHA256:${hash('sha256', OLD)}` }, 'BAD_REQUEST'],
    ['a shortened hash', { documentId: idOf(OLD).slice(0, -1) }, 'BAD_REQUEST'],
    ['another prefix', { documentId: `md5:${hash('md5', OLD)}` }, 'GRAPHQL_UNKNOWN_DOCUMENT'],
    ['a hash without its prefix', { documentId: hash('sha256', OLD) }, 'GRAPHQL_UNKNOWN_DOCUMENT'],
    ['a name of every object', { documentId: '__proto__' }, 'GRAPHQL_UNKNOWN_DOCUMENT'],
    ['another text beside its id', { documentId: idOf(OLD), query: TODAY }, 'BAD_REQUEST'],
    [
      'another hash beside its id',
      { documentId: 'web/page', ...persistedQuery(hash('sha256', OLD)) },
      'BAD_REQUEST',
    ],
    ['no hash beside its id', { documentId: 'web/page', ...persistedQuery({}) }, 'BAD_REQUEST'],
    [
      'another hash beside its text',
      { query: `${OLD} `, ...persistedQuery(hash('sha256', OLD)) },
      'GRAPHQL_NOT_TRUSTED',
    ],
  ])('is not meant by %s', (_, params, code) => {
    const all = documents([{ text: OLD }]);
    expect(() => resolve(all, params)).toThrow(expect.objectContaining({ code }));
  });

  it('leaves automatic persisted queries as they were', () => {
    const all = documents([{ text: OLD }], 'open');
    const query = '{ page }';
    const known = persistedQuery(hash('sha256', query));
    expect(() => resolve(all, known)).toThrow(expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_FOUND' }));
    resolve(all, { query, ...known });
    expect(resolve(all, known)).toEqual({ text: query });
    expect(() => resolve(all, { documentId: idOf(query) })).toThrow(
      expect.objectContaining({ code: 'GRAPHQL_UNKNOWN_DOCUMENT' }),
    );
  });

  it('that does not fit the schema any more is answered by validation, and named in the log', () => {
    const text = 'query Page { leaf }';
    const all = documents([{ text }]);
    expect(resolve(all, { documentId: idOf(text) })).toEqual({ text });
    all.onApplicationBootstrap();
    expect(log.with({ msg: 'released operation does not fit the schema' })).toMatchObject([
      {
        level: 'warn',
        sha256: hash('sha256', text),
        ids: ['web/page'],
        releases: ['1.0.0'],
        reason: expect.stringContaining('"leaf"'),
      },
    ]);
    expect([...all.all].map(({ text: its }) => its)).toEqual([TODAY]);
  });
});

describe('a retired operation', () => {
  const retired = { since: '2027-01-01', sunset: '2027-03-01', link: 'https://shop.example/apps' };
  const at = (day: string) => jest.useFakeTimers({ now: Date.parse(day) });

  it('is served until its last day, and carries what announces its end', () => {
    at('2027-02-28T23:59:59Z');
    const all = documents([{ text: OLD, retired }]);
    expect(resolve(all, { documentId: idOf(OLD) }).trusted?.retirement).toEqual(retired);
  });

  it.each([
    ['its hash', { documentId: idOf(OLD) }],
    ['its text', { query: OLD }],
    ['the hash of an automatic persisted query', persistedQuery(hash('sha256', OLD))],
  ])('is gone from that day on by %s, with the headers that announced it', (_, params) => {
    at('2027-03-01T00:00:00Z');
    const all = documents([{ text: OLD, retired }], 'open');
    expect(() => resolve(all, params)).toThrow(
      expect.objectContaining({
        code: 'GONE',
        detail: 'This operation ended on 2027-03-01.',
        headers: {
          deprecation: '@1798761600',
          sunset: 'Mon, 01 Mar 2027 00:00:00 GMT',
          link: '<https://shop.example/apps>; rel="deprecation"',
        },
      }),
    );
  });

  it('may be that of today: then its id is gone as well', () => {
    at('2027-03-01T00:00:00Z');
    const all = documents([{ text: TODAY, retired }]);
    expect(() => all.find(context, 'web/page')).toThrow(expect.objectContaining({ code: 'GONE' }));
  });

  it('is gone even if it does not fit the schema any more', () => {
    at('2027-03-01T00:00:00Z');
    const text = 'query Page { leaf }';
    const all = documents([{ text, retired }]);
    expect(() => resolve(all, { documentId: idOf(text) })).toThrow(expect.objectContaining({ code: 'GONE' }));
  });
});
