import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { graphqlRefusal, problemOf } from './problem.ts';

const request = { originalUrl: '/v1/orders?fields=id&token=secret', id: 'r1' };
const toJson = (value: object) => JSON.parse(JSON.stringify(value)) as object;

describe('a problem (RFC 9457)', () => {
  it('has the members of the standard, a code for programs and the request id', () => {
    const error = new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
    expect(toJson(problemOf(error, request))).toEqual({
      type: 'urn:atrium:error:NOT_FOUND',
      title: 'Not found',
      status: 404,
      detail: 'There is no such order.',
      instance: '/v1/orders',
      code: 'NOT_FOUND',
      requestId: 'r1',
    });
  });

  it('has field errors, and extension members of a feature', () => {
    const errors = [{ field: 'lines.0.quantity', message: 'Too small' }];
    const members = { shelves: [{ id: 'A1', free: 2 }] };
    expect(problemOf(new GatewayError('VALIDATION_FAILED', { errors }), request)).toMatchObject({ errors });
    expect(problemOf(new GatewayError('CONFLICT', { members: members as object }), request)).toMatchObject(
      members,
    );
  });

  it('contains nothing of its cause, its headers or the query', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.7:3001');
    const error = new GatewayError('UPSTREAM_UNAVAILABLE', { cause, headers: { 'x-secret': 'secret' } });
    expect(Object.keys(toJson(problemOf(error, request))).sort()).toEqual(
      ['code', 'instance', 'requestId', 'status', 'title', 'type'].sort(),
    );
    expect(JSON.stringify(problemOf(error, request))).not.toMatch(/secret|10\.0\.0\.7|ECONNREFUSED|stack/);
  });
});

describe('a refused GraphQL request', () => {
  it('is one error with the same code, request id and fields', () => {
    const errors = [{ field: 'Host', message: 'Must be given once' }];
    const error = new GatewayError('BAD_REQUEST', { detail: 'Two hosts.', errors });
    expect(toJson(graphqlRefusal(error, 'r1'))).toEqual({
      errors: [{ message: 'Two hosts.', extensions: { code: 'BAD_REQUEST', requestId: 'r1', errors } }],
    });
  });

  it('has the wait of Retry-After', () => {
    const error = new GatewayError('RATE_LIMITED', { source: 'rate-limit', headers: { 'retry-after': '7' } });
    expect(toJson(graphqlRefusal(error, 'r1'))).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 7 } }],
    });
  });

  it('has the title of the code as its message if it has no detail', () => {
    expect(toJson(graphqlRefusal(new GatewayError('OVERLOADED'), 'r1'))).toEqual({
      errors: [
        { message: 'Overloaded', extensions: { code: 'OVERLOADED', requestId: 'r1', retryAfterSeconds: 1 } },
      ],
    });
  });
});
