import { describe, expect, it } from '@jest/globals';
import { catalogue, type ErrorCode, GatewayError } from '#libs/errors';

const codes = Object.keys(catalogue) as ErrorCode[];

describe('a GatewayError', () => {
  it.each(codes)('has the status and the title of its code: %s', (code) => {
    const error = new GatewayError(code);
    expect(error).toMatchObject({ name: 'GatewayError', code, ...pick(code), headers: {} });
    expect(error.message).toBe(catalogue[code].title);
    expect(error.detail).toBeUndefined();
  });

  it('includes its detail and the invalid fields in the problem', () => {
    const errors = [{ field: 'email', message: 'Is taken' }];
    const headers = { 'retry-after': '1' };
    const error = new GatewayError('CONFLICT', {
      detail: 'Taken.',
      errors,
      members: { shelf: 'A1' } as object,
      headers,
    });
    expect(error).toMatchObject({
      message: 'Taken.',
      detail: 'Taken.',
      errors,
      members: { shelf: 'A1' },
      headers,
    });
  });

  it('does not expose its cause to clients', () => {
    const error = new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: new Error('10.0.0.7 refused') });
    expect(error.cause).toMatchObject({ message: '10.0.0.7 refused' });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('10.0.0.7');
  });

  it('has a cause that can be logged, also if it was given as a string', () => {
    const { cause } = new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: 'a field is missing' });
    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({ message: 'a field is missing' });
  });

  it('is transient only if declared so', () => {
    expect(new GatewayError('UPSTREAM_UNAVAILABLE').transient).toBeUndefined();
    expect(new GatewayError('UPSTREAM_UNAVAILABLE', { transient: {} }).transient).toEqual({});
  });

  it('has a Retry-After if its code requires one, unless it was given headers', () => {
    const promising = codes.filter((code) => /`Retry-After`/.test(catalogue[code].when));
    expect(codes.filter((code) => new GatewayError(code).headers['retry-after'])).toEqual(promising);
    expect(new GatewayError('OVERLOADED', { headers: { 'retry-after': '7' } }).headers).toEqual({
      'retry-after': '7',
    });
    expect(new GatewayError('OVERLOADED', { headers: {} }).headers).toEqual({});
    const delayed = new GatewayError('LOCKED', { headers: { allow: 'GET' }, retryAfterMs: 1_001 });
    expect(delayed.headers).toEqual({ allow: 'GET', 'retry-after': '2' });
  });

  it('is a failure of the service according to its code, unless set explicitly', () => {
    const faults = codes.filter((code) => new GatewayError(code).isUpstreamFault);
    expect(faults).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT']);
    expect(new GatewayError('UPSTREAM_TIMEOUT', { isUpstreamFault: false }).isUpstreamFault).toBe(false);
  });

  it('has no cause if none was given', () => {
    expect(new GatewayError('INTERNAL')).not.toHaveProperty('cause', expect.anything());
  });
});

function pick(code: ErrorCode) {
  const { status, title } = catalogue[code];
  return { status, title };
}
