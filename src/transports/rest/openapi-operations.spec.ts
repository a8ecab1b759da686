/**
 * It reads all views of the process, to which no other suite may have added its own.
 * @jest-environment node
 */
import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Operation } from './openapi/finish-operation.ts';
import { openApiDocuments } from './openapi.ts';

type Parts = Record<string, Record<string, { name?: string; schema?: object }>>;

let app: NestFastifyApplication;
let document: { paths: Record<string, Record<string, Operation>>; components: Parts };
beforeAll(async () => {
  app = await createGateway(loadConfig({}), createLogger('gateway', 'silent'));
  document = openApiDocuments(app)('3.1') as never;
});
afterAll(() => app?.close());

const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods));
const named = (id: string) => operations().find(({ operationId }) => operationId === id)!;
const parametersOf = (id: string) =>
  (named(id).parameters as { $ref?: string; name?: string }[]).map(({ $ref, name }) =>
    $ref ? document.components['parameters']![$ref.split('/').at(-1)!]!.name : name,
  );
const errorsOf = (id: string) =>
  Object.fromEntries(
    Object.entries(named(id).responses)
      .filter(([status]) => status >= '400')
      .map(([status, { $ref }]) => [status, $ref?.split('/').at(-1)]),
  );

describe('an operation of the OpenAPI document', () => {
  it('names the errors that it can answer with, by status and code', () => {
    expect(errorsOf('placeOrder')).toMatchObject({
      401: 'Unauthenticated',
      403: 'Forbidden',
      409: 'OutOfStockOrPriceChangedOrUnknownProductOrIdempotencyInFlight',
      415: 'UnsupportedMediaType',
      422: 'ValidationFailedOrIdempotencyMismatch',
      429: 'RateLimited',
      504: 'UpstreamTimeout',
    });
    expect(errorsOf('getOrder')).toMatchObject({ 404: 'NotFound', 502: expect.any(String) });
    expect(errorsOf('updateMe')).toMatchObject({ 412: 'PreconditionFailed' });
    expect(errorsOf('login')).toMatchObject({ 401: 'Unauthenticated', 504: 'UpstreamTimeout' });
    expect(errorsOf('view_web_product')).toMatchObject({ 404: 'NotFound' });
  });

  it('names no error that it cannot answer with', () => {
    expect(Object.keys(errorsOf('getKeySet'))).toEqual(['400', '429', '500', '503', 'default']);
    expect(errorsOf('getJob')).not.toHaveProperty('502');
  });

  it('has 404 if its path has an id, unless a job looks for it', () => {
    const withId = Object.entries(document.paths).filter(([path]) => path.includes('{'));
    for (const [path, methods] of withId) {
      for (const { responses } of Object.values(methods)) {
        if ('202' in responses) continue;
        expect({ path, statuses: Object.keys(responses) }).toMatchObject({
          statuses: expect.arrayContaining(['404']),
        });
      }
    }
  });

  it('has 401 unless it ignores tokens, and 403 unless it is public', () => {
    for (const { operationId, security, responses } of operations()) {
      if (security && !security.length) continue;
      expect({ operationId, ...responses }).toMatchObject({ 401: expect.anything(), 403: expect.anything() });
    }
  });

  it('has the headers that conditional requests and retries need', () => {
    expect(parametersOf('getHome')).toEqual(expect.arrayContaining(['If-None-Match', 'X-Request-Timeout-Ms']));
    expect(named('getHome').responses['200']!.headers).toMatchObject({ ETag: {}, 'Cache-Control': {} });
    expect(named('getKeySet').responses).toMatchObject({ 200: { headers: { ETag: {} } }, 304: {} });
    expect(named('getHome').responses['304']).toMatchObject({ headers: { ETag: {} } });
    expect(parametersOf('updateMe')).toContain('If-Match');
    expect(named('updateMe').responses['200']!.headers).toMatchObject({ ETag: {}, 'Content-Location': {} });
    expect(parametersOf('placeOrder')).toContain('Idempotency-Key');
    expect(named('placeOrder').responses['201']!.headers).toHaveProperty('Location');
    for (const id of ['listJobs', 'listSessions', 'getBrowserSession'])
      expect([id, named(id).responses['304']]).toEqual([
        id,
        expect.objectContaining({ headers: expect.anything() }),
      ]);
  });

  it('has the headers of its protocol: of ranges, of uploads, and none of caches where caches keep nothing', () => {
    expect(named('getFile').responses['206']!.headers).toHaveProperty('Content-Range');
    expect(named('getUpload').responses['200']!.headers).toMatchObject({
      'Upload-Offset': {},
      'Upload-Limit': {},
    });
    expect(named('getUpload').responses).not.toHaveProperty('304');
    expect(named('appendToTusUpload').responses['204']!.headers).toMatchObject({
      'Tus-Resumable': {},
      'Upload-Offset': {},
    });
  });

  it('has what a browser needs to log in: the header X-CSRF and the cookie', () => {
    expect(parametersOf('browserLogin')).toContain('X-CSRF');
    expect(named('browserLogin').responses['204']!.headers).toHaveProperty('Set-Cookie');
    expect(document).toMatchObject({ security: expect.arrayContaining([{ session: [], csrf: [] }]) });
    expect(document.components['securitySchemes']).toMatchObject({
      session: { type: 'apiKey', in: 'cookie', name: '__Host-Http-atrium' },
      csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF' },
    });
  });

  it('takes the cookie alone where pages cannot set headers: navigations and streams', () => {
    for (const id of ['getBrowserSession', 'followOrder'])
      expect(named(id).security).toContainEqual({ session: [] });
    expect(named('getHome').security).toBeUndefined();
  });

  it('has the scopes that its caller needs', () => {
    expect(named('getHome')['x-required-scopes']).toEqual(['profile:read', 'orders:read']);
    expect(named('view_web_home')['x-required-scopes']).toEqual(['profile:read', 'orders:read']);
  });
});

describe('the schemas of the OpenAPI document', () => {
  it('have no int64, which generators make bigint of, and no pattern that they break by', () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('"int64"');
    for (const [, pattern] of text.matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g))
      expect(pattern).not.toMatch(/u0000|x00|\\\\\//);
  });
});

describe('a stream in the OpenAPI documents', () => {
  it('has in 3.1 the data of its events, as generators type them, and in x-events their names', () => {
    const { content } = named('followOrder').responses['200']!;
    expect(Object.keys(content!)).toEqual(['text/event-stream']);
    expect(content).toMatchObject({
      'text/event-stream': {
        schema: { anyOf: expect.arrayContaining([{ $ref: '#/components/schemas/OrderProgress' }]) },
        'x-events': {
          status: { $ref: '#/components/schemas/OrderProgress' },
          end: { $ref: '#/components/schemas/StreamEndData' },
        },
      },
    });
  });

  it('has in 3.1 the JSON of a poll as an alternative, of which generators make no union', () => {
    const { content, headers } = named('followOrder').responses['200']!;
    const data = { $ref: '#/components/schemas/OrderProgress' };
    const event = expect.objectContaining({ properties: expect.objectContaining({ data }) });
    expect(content).toMatchObject({
      'text/event-stream': {
        'x-alternatives': {
          'application/json': {
            schema: { properties: { events: { items: { oneOf: expect.arrayContaining([event]) } } } },
          },
        },
      },
    });
    expect(headers).toHaveProperty('ETag');
    expect(named('followOrder').responses).toHaveProperty('304');

    expect(JSON.stringify(named('askAssistant').responses['200'])).not.toContain('x-alternatives');
  });

  it('has no stream without a schema', () => {
    const streams = operations().filter(
      ({ responses }) => 'text/event-stream' in (responses['200']?.content ?? {}),
    );
    expect(streams.length).toBeGreaterThan(6);
    for (const { operationId, responses } of streams)
      expect({ operationId, text: JSON.stringify(responses['200']!.content) }).toMatchObject({
        text: expect.stringContaining('#/components/schemas/Stream'),
      });
  });

  it('has every notification that a feature declares', () => {
    const { content } = named('followNotifications').responses['200']!;
    const events = Object.keys(
      (content as Record<string, Record<string, object>>)['text/event-stream']!['x-events']!,
    );
    expect(events).toEqual(
      expect.arrayContaining(['order.placed', 'order.moved', 'orders.digest', 'job.ended', 'gap']),
    );
  });

  it('has in 3.2 its events with their names, and polls', () => {
    const full = openApiDocuments(app)('3.2') as never as typeof document;
    const { content } = full.paths['/v1/orders/{id}/events']!['get']!.responses['200']!;
    const [status] = (content as Record<string, { itemSchema: { oneOf: object[] } }>)['text/event-stream']!
      .itemSchema.oneOf;
    expect(status).toMatchObject({
      properties: {
        event: { enum: ['status'] },
        data: {
          contentMediaType: 'application/json',
          contentSchema: { $ref: '#/components/schemas/OrderProgress' },
        },
      },
    });
    expect(content).toMatchObject({
      'application/json': {
        schema: { properties: { events: { items: { $ref: '#/components/schemas/OrderEvent' } } } },
      },
    });
  });
});
