import { describe, expect, it } from '@jest/globals';
import type { Exchange } from './exchange.ts';
import { DeclaredAnswers } from './undeclared.ts';

const header = { schema: { type: 'string' } };
const declared = new DeclaredAnswers({
  paths: {
    '/v1/books/{id}': {
      get: {
        responses: {
          200: { headers: { ETag: header } },
          404: { $ref: '#/components/responses/NotFound' },
          default: { headers: { Allow: header } },
        },
      },
    },
    '/v1/books/best': { get: { responses: { 200: { headers: { Age: header } } } } },
  },
  components: { responses: { NotFound: { headers: { 'X-Request-Id': header } } } },
});
const undeclared = (method: string, url: string, status: number, ...names: string[]) =>
  declared.undeclaredHeaders({
    method,
    url,
    status,
    answerHeaders: Object.fromEntries(names.map((name) => [name, ''])),
  } as Exchange);

describe('the headers of an answer that its document does not declare', () => {
  it.each<[string, string, number, string[], string[] | undefined]>([
    ['GET', '/v1/books/b1?fields=id', 200, ['etag', 'x-new', 'date'], ['x-new']],
    ['HEAD', '/v1/books/b1', 200, ['etag', 'location'], ['location']],
    ['GET', '/v1/books/b1', 404, ['x-request-id', 'etag'], ['etag']],
    ['GET', '/v1/books/b1', 405, ['allow', 'etag'], ['etag']],
    ['GET', '/v1/books/best', 200, ['etag'], ['etag']],
    ['GET', '/v1/books/b1', 412, ['tus-version'], []],
    ['GET', '/v1/books/b1', 200, ['tus-version'], ['tus-version']],
    ['PUT', '/v1/books/b1', 200, ['etag'], undefined],
    ['GET', '/v1/books/b1/pages', 200, ['etag'], undefined],
  ])('%s %s %i with %j: %j', (method, url, status, names, expected) => {
    expect(undeclared(method, url, status, ...names)).toEqual(expected);
  });
});
