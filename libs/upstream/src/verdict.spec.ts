import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './verdict.ts';

const verdict = verdictOf(() => 1_000);

describe('the address of a failed call', () => {
  it.each(['UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'OVERLOADED'] as const)(
    'is healthy if it refused the caller: %s that is not a fault of the upstream',
    (code) => expect(verdict(new GatewayError(code, { isUpstreamFault: false }), 5_000)).toBe('healthy'),
  );

  it.each(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE'] as const)('is unhealthy after %s', (code) =>
    expect(verdict(new GatewayError(code), 1)).toBe('unhealthy'),
  );

  it('is not classified after a short timeout, and unhealthy after a long one', () => {
    const timeout = new GatewayError('UPSTREAM_TIMEOUT');
    expect([verdict(timeout, 999), verdict(timeout, 1_000)]).toEqual(['none', 'unhealthy']);
  });
});
