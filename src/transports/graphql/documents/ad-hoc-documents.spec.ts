import { loadConfig } from '#gateway/config/config';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { createLogger } from '#libs/observe';
import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import type { PinoLogger } from 'nestjs-pino';
import { AdHocDocuments } from './ad-hoc-documents.ts';

function documents(environment: Record<string, string> = {}) {
  const config = loadConfig(environment);
  const executor = new Executor(config);
  executor.schema = buildSchema('type Query { a: Int b: Query }');
  const errors = new ErrorFormat(config, createLogger('spec', 'silent') as unknown as PinoLogger);
  return new AdHocDocuments(executor, errors, config);
}

const TWO = 'query One { a } query Two { b { a } }';

describe('the operation of a document that was sent as text', () => {
  it('is the only one where none is named, and the named one of several', () => {
    const open = documents();
    expect(open.operationIn('{ a }', undefined).isOnly).toBe(true);
    expect(open.operationIn(TWO, 'Two').node.name?.value).toBe('Two');
    expect(open.operationIn(TWO, 'One').id).not.toBe(open.operationIn(TWO, 'Two').id);
  });

  it.each([
    [TWO, undefined, 'Must provide an operation name: there are several.'],
    ['{ a }', 'One', 'Unknown operation named "One".'],
    [TWO, 'Three', 'Unknown operation named "Three".'],
  ])('of %j by the name %p is none', (text, name, message) => {
    expect(() => documents().operationIn(text, name)).toThrow(
      expect.objectContaining({
        code: 'GRAPHQL_VALIDATION_FAILED',
        mistakes: [expect.objectContaining({ message })],
      }),
    );
  });

  it('that is none is refused for what else is wrong with the document, where something is', () => {
    expect(() => documents().operationIn('query One { c }', 'Two')).toThrow(
      expect.objectContaining({
        mistakes: [expect.objectContaining({ message: expect.stringContaining('"c"') })],
      }),
    );
  });

  it('is parsed and validated once, however often it comes', () => {
    const open = documents();
    const [first, second] = [open.operationIn('{ a c }', undefined), open.operationIn('{ a c }', undefined)];
    expect(second).toBe(first);
    expect(open.mistakesIn(first)).toHaveLength(1);
    expect(open.mistakesIn(second)).toBe(open.mistakesIn(first));
  });

  it.each([
    ['tiny documents', 5_000, (n: number) => `{a${n}:a}`],
    ['dense documents', 300, (n: number) => `{${'a '.repeat(300)}a${n}:a}`],
  ])('is forgotten after many %s, since each takes memory by its tokens', (_what, many, textOf) => {
    const open = documents();
    const first = open.operationIn(textOf(0), undefined);
    for (let n = 1; n < many; n += 1) open.operationIn(textOf(n), undefined);
    expect(open.operationIn(textOf(0), undefined)).not.toBe(first);
  });

  it('is not validated again where it is trusted', () => {
    const open = documents();
    const wrong = open.operationIn('{ c }', undefined);
    expect(open.mistakesIn({ ...wrong, isPersisted: true })).toEqual([]);
  });

  it('is refused where it cannot be parsed', () => {
    expect(() => documents().operationIn('{ a ', undefined)).toThrow(
      expect.objectContaining({ code: 'GRAPHQL_PARSE_FAILED' }),
    );
  });

  it('is refused where it has more tokens than GRAPHQL_MAX_TOKENS, before all of them are parsed', () => {
    const open = documents({ GRAPHQL_MAX_TOKENS: '100' });
    expect(() => open.operationIn(`{ ${'a '.repeat(97)} }`, undefined)).not.toThrow();
    const tooLong = `{ ${'a '.repeat(200)} !! no GraphQL`;
    expect(() => open.operationIn(tooLong, undefined)).toThrow(
      expect.objectContaining({ code: 'GRAPHQL_TOO_MANY_TOKENS' }),
    );
  });

  it('is not validated where other operations or fragments have too many fields', () => {
    const open = documents({ GRAPHQL_MAX_FIELDS: '10' });
    const operation = open.operationIn(`query One { a } fragment F on Query { ${'a '.repeat(20)} }`, 'One');
    expect(() => open.mistakesIn(operation)).toThrow(expect.objectContaining({ code: 'GRAPHQL_TOO_MANY_FIELDS' }));
  });
});
