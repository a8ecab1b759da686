import { describe, expect, it } from '@jest/globals';
import { boundTo } from './confirmation.ts';

describe('the key that a token is bound to', () => {
  it('is the thumbprint in its confirmation (RFC 9449)', () => {
    expect(boundTo({ cnf: { jkt: 'thumb' } })).toBe('thumb');
  });

  it('is none for a token that has no confirmation', () => {
    expect(boundTo({})).toBeUndefined();
  });

  it.each([
    { 'x5t#S256': 'a certificate' },
    // Bound to both: the proof of the key alone is half of what its issuer wants.
    { jkt: 'thumb', 'x5t#S256': 'a certificate' },
    { jkt: '' },
    { jkt: 7 },
    {},
    null,
    'thumb',
  ])('is false, so that it is refused, for %j, which cannot be checked', (cnf) => {
    expect(boundTo({ cnf })).toBe(false);
  });
});
