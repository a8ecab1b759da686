import { describe, expect, it } from '@jest/globals';
import { formToken, isFormSecret, isFormToken, newFormSecret } from './form-token.ts';

const secret = newFormSecret();

describe('the token of a form', () => {
  it('is accepted from the browser and the caller that it was made for', () => {
    expect(isFormToken(formToken(secret, 'u1'), secret, 'u1')).toBe(true);
    expect(isFormToken(formToken(secret, ''), secret, '')).toBe(true);
  });

  it('differs each time, so that compression reveals nothing of it', () => {
    expect(formToken(secret, 'u1')).not.toBe(formToken(secret, 'u1'));
  });

  it.each([
    ['another browser', newFormSecret(), 'u1'],
    ['another caller', secret, 'u2'],
    ['nobody', secret, ''],
    ['a browser without the cookie', undefined, 'u1'],
    ['a browser with another cookie', 'x', 'u1'],
  ])('is refused of %s', (_, cookie, callerId) => {
    expect(isFormToken(formToken(secret, 'u1'), cookie, callerId)).toBe(false);
  });

  it.each([undefined, '', 'x', ['x'], {}, `${'a'.repeat(22)}.${'a'.repeat(43)}`, `.${'a'.repeat(43)}`])(
    'is not %j',
    (given) => {
      expect(isFormToken(given, secret, 'u1')).toBe(false);
    },
  );

  it('needs a secret of this form, which a page cannot have made up', () => {
    expect([isFormSecret(secret), isFormSecret(''), isFormSecret(undefined), isFormSecret('a b')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
