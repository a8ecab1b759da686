import { describe, expect, it } from '@jest/globals';
import { bindingOf } from './confirmation.ts';

describe('the key that a token is bound to', () => {
  it('is the thumbprint in its confirmation (RFC 9449)', () => {
    expect(bindingOf({ cnf: { jkt: 'thumb' } })).toEqual({ thumbprint: 'thumb' });
  });

  it('is none for a token that has no confirmation', () => {
    expect(bindingOf({})).toEqual({ thumbprint: undefined });
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
  ])('is undefined, so that it is refused, for %j, which cannot be checked', (cnf) => {
    expect(bindingOf({ cnf })).toBeUndefined();
  });
});
