import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { reasonOf } from '#libs/gather';

describe('the degraded reason', () => {
  it.each([
    ['UPSTREAM_UNAVAILABLE', 'UNAVAILABLE'],
    ['UPSTREAM_TIMEOUT', 'TIMEOUT'],
    ['OVERLOADED', 'OVERLOADED'],
    ['CIRCUIT_OPEN', 'UNAVAILABLE'],
    ['UPSTREAM_BAD_RESPONSE', 'BAD_RESPONSE'],
    ['NOT_FOUND', 'BAD_RESPONSE'],
    ['CONFLICT', 'BAD_RESPONSE'],
  ] as const)('for %s is %s', (code, reason) => {
    expect(reasonOf(new GatewayError(code))).toBe(reason);
  });

  it('is UNAVAILABLE for a service that says it cannot answer now', () => {
    expect(reasonOf(new GatewayError('OVERLOADED', { isUpstreamFault: true }))).toBe('UNAVAILABLE');
  });

  it.each([
    ['a TypeError', new TypeError('x is not a function')],
    ['INTERNAL', new GatewayError('INTERNAL')],
    ['a value that is not an error', 'a string'],
    ['nothing', undefined],
  ])('is undefined for an internal error: %s', (_, fault) => {
    expect(reasonOf(fault)).toBeUndefined();
  });

  it('is undefined for a client error, which is reported field by field', () => {
    const errors = [{ field: 'first', message: 'Too big: expected number to be <=100' }];
    expect(reasonOf(new GatewayError('VALIDATION_FAILED', { errors }))).toBeUndefined();
    expect(reasonOf(new GatewayError('VALIDATION_FAILED'))).toBe('BAD_RESPONSE');
  });
});
