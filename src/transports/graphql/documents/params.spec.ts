import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { checkParams, paramsOf } from './params.ts';

const NONE = { query: undefined, documentId: undefined, operationName: undefined, variables: {}, extensions: {} };

describe('the parameters of a GraphQL request', () => {
  it('are those of the specification, and documentId; others are ignored', () => {
    const given = { query: '{ a }', operationName: 'A', variables: { a: 1 }, extensions: { b: 2 } };
    expect(checkParams({ ...given, id: 1 })).toEqual({ ...given, documentId: undefined });
    expect(checkParams({ documentId: 'web/home' })).toEqual({ ...NONE, documentId: 'web/home' });
  });

  it.each([null, 'text', 1, true])('are an object: %j is refused', (given) => {
    expect(() => checkParams(given)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  });

  it('count as missing where they are null, as an empty text does', () => {
    expect(checkParams({ query: null, documentId: null, variables: null, extensions: null })).toEqual(NONE);
    expect(checkParams({ query: '', operationName: '', documentId: '' })).toEqual(NONE);
  });

  it.each([
    ['POST', 'application/json', true],
    ['QUERY', 'application/json', true],
    ['POST', 'application/merge-patch+json', false],
    ['QUERY', 'application/merge-patch+json', false],
    // A request without a body has no content type.
    ['POST', undefined, true],
  ])('of a %s are accepted in application/json only: %s', (method, mediaType, isTaken) => {
    const read = () => paramsOf({ method, mediaType, body: { query: '{ a }' }, query: {} } as FastifyRequest);
    if (isTaken) expect(read().query).toBe('{ a }');
    else expect(read).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
  });

  it('of a GET are read from its query string, even if it has a body', () => {
    const query = { query: '{ a }', variables: '{"a":1}', extensions: '' };
    const request = { method: 'GET', query, body: [], mediaType: 'text/plain' } as unknown as FastifyRequest;
    expect(paramsOf(request)).toEqual({ ...NONE, query: '{ a }', variables: { a: 1 } });
  });
});
