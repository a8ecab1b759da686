import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './verdict.ts';

const verdict = verdictOf(() => 1_000);

describe('what a failed call says about its address', () => {
  it.each(['UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'OVERLOADED'] as const)(
    'is that it is well where it refuses a caller: %s that is no fault of the upstream',
    (code) => expect(verdict(new GatewayError(code, { isUpstreamFault: false }), 5_000)).toBe('well'),
  );

  it.each(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE'] as const)('is that it is unwell: %s', (code) =>
    expect(verdict(new GatewayError(code), 1)).toBe('unwell'),
  );

  it('is nothing where it was given up soon, and that it is unwell where it had its time', () => {
    const timeout = new GatewayError('UPSTREAM_TIMEOUT');
    expect([verdict(timeout, 999), verdict(timeout, 1_000)]).toEqual(['none', 'unwell']);
  });
});
