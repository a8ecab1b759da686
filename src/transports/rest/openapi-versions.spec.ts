/**
 * It reads all views of the process, to which no other suite may have added its own.
 * @jest-environment node
 */
import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { SwaggerModule } from '@nestjs/swagger';
import type { Operation } from './openapi/finish-operation.ts';
import { openApiDocuments } from './openapi.ts';

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}

const app = await createGateway(loadConfig({}), createLogger('gateway', 'silent'));
afterAll(() => app.close());
afterEach(() => void jest.restoreAllMocks());

describe('the OpenAPI 3.1 document', () => {
  const document = openApiDocuments(app)('3.1') as never as Document;
  const answerOf = (path: string) => document.paths[path]!['get']!.responses['200']!;

  it('has one representation of an answer, and the parts as they arrive as an alternative of it', () => {
    const { content } = answerOf('/v1/home');
    expect(Object.keys(content!)).toEqual(['application/json']);
    expect(content).toMatchObject({
      'application/json': {
        schema: { $ref: '#/components/schemas/Home' },
        'x-alternatives': { 'text/event-stream': {}, 'application/x-ndjson': {} },
      },
    });
    expect(JSON.stringify(answerOf('/v1/products'))).not.toContain('x-alternatives');
  });

  it('declares the envelope, which is the same for every answer, once', () => {
    expect(document).toMatchObject({
      'x-envelope': {
        content: { 'application/vnd.envelope+json': { schema: { required: ['code', 'message', 'data'] } } },
      },
    });
  });
});

describe('the OpenAPI 3.2 document', () => {
  const document = openApiDocuments(app)('3.2') as never as Document;

  it('has QUERY operations, whose content is the query of the GET', () => {
    const { query, get } = document.paths['/v1/products']!;
    expect(query).toMatchObject({
      operationId: 'queryProducts',
      tags: get!['tags'],
      requestBody: { content: { 'application/json': { schema: { properties: { pageSize: { maximum: 100 } } } } } },
      responses: { 200: { headers: { ETag: {} } }, 422: {} },
    });
  });

  it('has the other representations of an answer: selected fields, parts as they arrive, the envelope', () => {
    const { content } = document.paths['/v1/home']!['get']!.responses['200']!;
    expect(Object.keys(content!)).toEqual([
      'application/json',
      'text/event-stream',
      'application/x-ndjson',
      'application/vnd.envelope+json',
    ]);
    expect(content).toMatchObject({
      'application/json': {
        schema: { anyOf: [{ $ref: '#/components/schemas/Home' }, { $ref: '#/components/schemas/HomeFields' }] },
      },
    });
    expect(document.components['schemas']!['HomeFields']).not.toHaveProperty('required');
    expect(JSON.stringify(document.components['schemas']!['HomeFields'])).toContain(
      '#/components/schemas/OrderFields',
    );
  });
});

describe('the documents of an application', () => {
  it('come of one exploration of its routes, and are what each would be alone', () => {
    const explored = jest.spyOn(SwaggerModule, 'createDocument');
    const documentOf = openApiDocuments(app);
    const both = (['3.2', '3.1'] as const).map((edition) => documentOf(edition));
    expect(explored).toHaveBeenCalledTimes(1);
    expect(both).toEqual([openApiDocuments(app)('3.2'), openApiDocuments(app)('3.1')]);
    expect(both.map(({ openapi }) => openapi)).toEqual(['3.2.0', '3.1.0']);
  });
});
