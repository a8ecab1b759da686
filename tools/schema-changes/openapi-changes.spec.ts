import { describe, expect, it } from '@jest/globals';
import type { OpenApi } from './openapi.ts';
import { openapiChanges } from './openapi-changes.ts';

const content = (schema: object) => ({ content: { 'application/json': { schema } } });

const before = (): OpenApi => ({
  paths: {
    '/v1/books': {
      get: {
        parameters: [{ name: 'genre', in: 'query', schema: { type: 'string', enum: ['NOVEL', 'POETRY'] } }],
        responses: { 200: content({ $ref: '#/components/schemas/Books' }), 422: {} },
      },
    },
    '/v1/sales': {
      post: {
        requestBody: content({ $ref: '#/components/schemas/SaleInput' }),
        responses: { 201: { content: { ...content({ type: 'object' }).content, 'text/csv': {} } } },
      },
    },
    '/v1/views/web/covers': {
      get: {
        responses: {
          200: content({ type: 'object', properties: { books: { type: 'array' } }, required: ['books'] }),
        },
      },
    },
  },
  components: {
    schemas: {
      Book: {
        type: 'object',
        properties: { title: { type: 'string' }, genre: { type: 'string', enum: ['NOVEL', 'POETRY'] } },
        required: ['title'],
      },
      SaleInput: {
        type: 'object',
        properties: { copies: { type: 'integer' }, genre: { type: 'string', enum: ['NOVEL', 'POETRY'] } },
        required: ['copies'],
      },
    },
  },
});

const after = (change: (document: OpenApi) => void, wrong: string[] = []) => {
  const document = before();
  change(document);
  return openapiChanges(before(), document, wrong);
};
const schema = (document: OpenApi, name: string) => document.components!.schemas![name]!;

describe('a change of the OpenAPI document', () => {
  it('is not reported for equal documents, added output, errors that cannot occur any more, or fewer required inputs', () => {
    expect(after(() => {})).toEqual([]);
    expect(after((it) => void (it.paths['/v1/new'] = { get: { responses: {} } }))).toEqual([]);
    expect(after((it) => void delete it.paths['/v1/books']!['get']!.responses['422'])).toEqual([]);
    expect(after((it) => void (schema(it, 'Book').properties!['isbn'] = { type: 'string' }))).toEqual([]);
    expect(after((it) => void (schema(it, 'Book').required = ['title', 'genre']))).toEqual([]);
    expect(after((it) => void (schema(it, 'SaleInput').required = []))).toEqual([]);
    expect(
      after((it) => void (schema(it, 'SaleInput').properties!['copies']!.type = ['integer', 'null'])),
    ).toEqual([]);
    expect(after((it) => void schema(it, 'SaleInput').properties!['genre']!.enum!.push('PLAY'))).toEqual([]);
  });

  it.each<[string, (document: OpenApi) => void, string?]>([
    ['GET /v1/books was removed.', (it) => delete it.paths['/v1/books']],
    [
      'GET /v1/books has no parameter genre any more.',
      (it) => void (it.paths['/v1/books']!['get']!.parameters = []),
    ],
    [
      'GET /v1/books requires the parameter shop.',
      (it) => void it.paths['/v1/books']!['get']!.parameters!.push({ name: 'shop', in: 'query', required: true }),
    ],
    [
      'GET /v1/books requires the parameter genre.',
      (it) => void (it.paths['/v1/books']!['get']!.parameters![0]!.required = true),
    ],
    [
      'GET /v1/books parameter genre has no POETRY any more.',
      (it) => void it.paths['/v1/books']!['get']!.parameters![0]!.schema!.enum!.pop(),
    ],
    [
      'GET /v1/books requires the parameter X-CSRF.',
      (it) => {
        it.components!.parameters = { Csrf: { name: 'X-CSRF', in: 'header', required: true } };
        it.paths['/v1/books']!['get']!.parameters!.push({ $ref: '#/components/parameters/Csrf' } as never);
      },
    ],
    ['GET /v1/books does not answer 200 any more.', (it) => void (it.paths['/v1/books']!['get']!.responses = {})],
    ['REST Book was removed.', (it) => delete it.components!.schemas!['Book']],
    ['REST Book.title was removed.', (it) => delete schema(it, 'Book').properties!['title']],
    ['REST Book.title may be missing.', (it) => void (schema(it, 'Book').required = [])],
    [
      'REST Book.title may be null.',
      (it) => void (schema(it, 'Book').properties!['title']!.type = ['string', 'null']),
    ],
    [
      'REST Book.title was string, and is integer.',
      (it) => void (schema(it, 'Book').properties!['title']!.type = 'integer'),
    ],
    ['REST SaleInput requires genre.', (it) => void schema(it, 'SaleInput').required!.push('genre')],
    [
      'REST SaleInput.genre has no POETRY any more.',
      (it) => void schema(it, 'SaleInput').properties!['genre']!.enum!.pop(),
    ],
    [
      'POST /v1/sales requires a body.',
      (it) => void (it.paths['/v1/sales']!['post']!.requestBody!.required = true),
    ],
    [
      'POST /v1/sales body was #/components/schemas/SaleInput, and is #/components/schemas/Book.',
      (it) => {
        it.paths['/v1/sales']!['post']!.requestBody!.content = content({
          $ref: '#/components/schemas/Book',
        }).content;
      },
      'POST /v1/sales body',
    ],
    [
      'POST /v1/sales 201 is not text/csv any more.',
      (it) => void delete it.paths['/v1/sales']!['post']!.responses['201']!.content!['text/csv'],
    ],
    [
      'GET /v1/books 200 may be null.',
      (it) => {
        const one = { oneOf: [{ $ref: '#/components/schemas/Books' }, { type: 'null' }] };
        it.paths['/v1/books']!['get']!.responses['200'] = content(one);
      },
      'GET /v1/books 200',
    ],
  ])('breaks clients: %s', (what, change, ...[place]) => {
    // What depends on it is found by the operation, or by the place in a schema.
    const coordinate = place ?? /^(REST [\w.]+|[A-Z]+ \/[\w/]+)/.exec(what)![0].replace(/\.$/, '');
    expect(after(change)).toEqual([{ what, isBreaking: true, coordinate, operations: ['every client of REST'] }]);
  });

  it.each<[string, (document: OpenApi) => void]>([
    ['REST Book.genre may be PLAY.', (it) => void schema(it, 'Book').properties!['genre']!.enum!.push('PLAY')],
    ['REST Book.genre has no POETRY any more.', (it) => void schema(it, 'Book').properties!['genre']!.enum!.pop()],
  ])('is dangerous for clients: %s', (what, change) => {
    expect(after(change)).toMatchObject([{ what, isBreaking: false }]);
  });

  it('of a view route affects its operation, unless that is already reported as invalid', () => {
    const path = '/v1/views/web/covers';
    const nullable = (it: OpenApi) =>
      void (it.paths[path]!['get']!.responses['200']!.content!['application/json']!.schema!.properties!['books'] =
        {
          type: ['array', 'null'],
        });
    expect(after(nullable)).toEqual([
      {
        what: `GET ${path} 200.books may be null.`,
        isBreaking: true,
        coordinate: `GET ${path}`,
        operations: ['web/covers'],
      },
    ]);
    const gone = (it: OpenApi) => void delete it.paths[path];
    expect(after(gone)).toMatchObject([{ what: `GET ${path} was removed.`, operations: ['web/covers'] }]);
    expect(after(gone, ['web/covers'])).toEqual([]);
  });
});
