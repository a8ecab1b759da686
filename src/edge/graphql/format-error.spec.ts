import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { createLogger, inRequest } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { buildSchema, graphql, GraphQLError } from 'graphql';
import type { PinoLogger } from 'nestjs-pino';
import { formatError } from './format-error.ts';

/** What a client is told of an error, and what is logged. */
function told(error: GraphQLError) {
  const log = new LogLines();
  const format = formatError(createLogger('gateway', 'info', log) as unknown as PinoLogger);
  const shown = inRequest({ requestId: 'r1' }, () => format(error.toJSON(), error));
  return { shown: JSON.parse(JSON.stringify(shown)) as typeof shown, lines: log.lines };
}

/** The error that a failing resolver leads to. */
async function thrownBy(resolver: () => unknown): Promise<GraphQLError> {
  const schema = buildSchema('type Query { order: Int }');
  const { errors } = await graphql({ schema, source: '{ order }', rootValue: { order: resolver } });
  return errors![0]!;
}

const failure = (error: unknown) => () => {
  throw error;
};

describe('a GraphQL error', () => {
  it('of ours has its code, its fields and the request id', async () => {
    const errors = [{ field: 'first', message: 'Too big' }];
    const error = await thrownBy(
      failure(new GatewayError('VALIDATION_FAILED', { detail: 'first: Too big.', errors })),
    );
    const { shown, lines } = told(error);
    expect(shown).toEqual({
      message: 'first: Too big.',
      path: ['order'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'VALIDATION_FAILED', requestId: 'r1', errors },
    });
    expect(lines).toEqual([]);
  });

  it('of ours tells nothing of its cause', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.7');
    const { shown } = told(await thrownBy(failure(new GatewayError('UPSTREAM_UNAVAILABLE', { cause }))));
    expect(shown).toMatchObject({ message: 'Upstream unavailable', extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect(JSON.stringify(shown)).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|stack/);
  });

  it.each([
    ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_PARSE_FAILED'],
    ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'],
    ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'],
    ['OPERATION_RESOLUTION_FAILURE', 'GRAPHQL_VALIDATION_FAILED'],
    ['BAD_REQUEST', 'BAD_REQUEST'],
    ['PERSISTED_QUERY_NOT_SUPPORTED', 'BAD_REQUEST'],
  ])("that is the document's fault keeps its words: %s is %s", (theirs, ours) => {
    const extensions = { code: theirs, stacktrace: ['at secret.ts:1'] };
    const { shown, lines } = told(new GraphQLError('Unknown field', { extensions }));
    expect(shown).toEqual({ message: 'Unknown field', extensions: { code: ours, requestId: 'r1' } });
    expect(lines).toEqual([]);
  });

  it.each([
    ['an error', new TypeError('secret')],
    ['something that is no error', 'secret'],
    [
      'an error with a code of its own',
      Object.assign(new Error('secret'), { extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    ],
    ['an error that passes for a refusal', Object.assign(new Error('secret'), { code: 'NOT_FOUND', status: 404 })],
  ])('that nobody expected is INTERNAL, without its words, and logged with them: %s', async (_, error) => {
    const { shown, lines } = told(await thrownBy(failure(error)));
    expect(shown).toMatchObject({ message: 'Internal error', extensions: { code: 'INTERNAL', requestId: 'r1' } });
    expect(JSON.stringify(shown)).not.toContain('secret');
    expect(lines).toMatchObject([{ level: 'error', msg: 'internal error', requestId: 'r1' }]);
    expect(JSON.stringify(lines)).toContain('secret');
  });
});
