import { describe, expect, it } from '@jest/globals';
import type { DescribedRoute } from './described-routes.ts';
import { errorCodesOf } from './error-codes.ts';
import { type ErrorComponents, errorResponses } from './error-responses.ts';

const route = (of: Partial<DescribedRoute> = {}): DescribedRoute => ({
  access: { isPublic: true },
  limits: {},
  answer: undefined,
  hasRepresentation: false,
  refusals: [],
  mayBeInParts: false,
  isForBrowsers: false,
  stream: undefined,
  callsUpstreams: false,
  ...of,
});
const codes = (of: Partial<DescribedRoute> = {}, shape = { path: '/v1/books', method: 'get', hasBody: false }) => [
  ...errorCodesOf(route(of), shape),
];

describe('the error codes of an operation', () => {
  it('are few for a public route without inputs', () => {
    expect(
      codes({ access: { isPublic: true, ignoresToken: true } }, { path: '/keys', method: 'get', hasBody: false }),
    ).toEqual(['BAD_REQUEST', 'INTERNAL', 'OVERLOADED', 'RATE_LIMITED']);
  });

  it.each([
    ['a token that may be invalid', {}, ['UNAUTHENTICATED']],
    ['scopes', { access: { scopes: ['a'] } }, ['UNAUTHENTICATED', 'FORBIDDEN']],
    ['pages alone', { access: { isPublic: true, isForPages: true } }, ['FORBIDDEN']],
    ['a recent login', { access: { recentLogin: { maxAgeSeconds: 1 } } }, ['STEP_UP_REQUIRED']],
    ['upstreams', { callsUpstreams: true }, ['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'CIRCUIT_OPEN']],
    ['refusals of its own', { refusals: ['CONFLICT' as const] }, ['CONFLICT']],
  ])('follow from %s', (_, of, expected) => {
    expect(codes(of)).toEqual(expect.arrayContaining(expected));
  });

  it('follow from a body', () => {
    expect(codes({}, { path: '/v1/books', method: 'post', hasBody: false })).toContain('UNSUPPORTED_MEDIA_TYPE');
    const without = codes();
    const added = codes({}, { path: '/v1/books', method: 'get', hasBody: true }).filter(
      (code) => !without.includes(code),
    );
    expect(added).toEqual(['REQUEST_TIMEOUT', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it('have no limit where the route has none', () => {
    expect(codes({ limits: { isFree: true } })).not.toContain('RATE_LIMITED');
  });
});

describe('the error responses of an operation', () => {
  const components: ErrorComponents = { responses: {}, schemas: {} };
  const responses = errorResponses(
    ['RATE_LIMITED', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE'],
    components,
    '3.2',
  );

  it('are references to components, one for each set of codes', () => {
    expect(responses).toEqual({
      429: { $ref: '#/components/responses/RateLimited' },
      502: { $ref: '#/components/responses/UpstreamUnavailableOrUpstreamBadResponse' },
    });
    errorResponses(['RATE_LIMITED'], components, '3.2');
    expect(Object.keys(components.responses)).toHaveLength(2);
  });

  it('name the codes that can occur, in a schema of their own', () => {
    expect(components.schemas['UpstreamUnavailableOrUpstreamBadResponseProblem']).toMatchObject({
      allOf: [
        { $ref: '#/components/schemas/Problem' },
        {
          required: ['status', 'code'],
          properties: {
            status: { enum: [502] },
            code: { enum: ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE'] },
          },
        },
      ],
    });
  });

  it('may be in the envelope, in 3.2', () => {
    const data = { $ref: '#/components/schemas/RateLimitedProblem' };
    expect(components.responses['RateLimited']!.content).toMatchObject({
      'application/problem+json': { schema: data },
      'application/vnd.envelope+json': { schema: { properties: { code: { enum: ['RATE_LIMITED'] }, data } } },
    });
  });

  it('say when to retry, where they do', () => {
    expect(components.responses['RateLimited']!.headers).toHaveProperty('Retry-After');
    expect(components.responses['UpstreamUnavailableOrUpstreamBadResponse']!.headers).not.toHaveProperty(
      'Retry-After',
    );
  });
});
