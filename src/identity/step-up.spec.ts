import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ACCESS, declareAccess, Fresh, type LoginRequirement, Public, Scopes } from '#gateway/declare/access';
import { requireRecentLogin } from './step-up.ts';

const NOW = 1_800_000_000;
beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW * 1000));
afterEach(() => void jest.restoreAllMocks());

const of =
  (
    given: { authTime?: number; acr?: string },
    requirement: LoginRequirement,
    scheme: 'Bearer' | 'DPoP' = 'Bearer',
  ) =>
  () =>
    requireRecentLogin({ id: 'u1', scopes: [], ...given }, requirement, scheme);
const lately = { maxAgeSeconds: 300 };
const strongly = { maxAgeSeconds: 300, acrValues: ['phr', 'mfa'] };

describe('a caller of a handler that requires a recent login', () => {
  it.each([NOW, NOW - 300, NOW + 30])(
    'who logged in at %i, at 1800000000, has done so within 300 seconds',
    (authTime) => {
      expect(of({ authTime }, lately)).not.toThrow();
    },
  );

  it.each([[NOW - 301], [NOW + 31], [undefined], [Number.NaN]])('who logged in at %p has not', (authTime) => {
    expect(of(authTime === undefined ? {} : { authTime }, lately)).toThrow(
      expect.objectContaining({
        code: 'STEP_UP_REQUIRED',
        status: 401,
        headers: {
          'www-authenticate':
            'Bearer error="insufficient_user_authentication", ' +
            'error_description="A more recent authentication is required", max_age="300"',
        },
      }),
    );
  });

  it('must have one of the accepted acr values', () => {
    expect(of({ authTime: NOW, acr: 'mfa' }, strongly)).not.toThrow();
    for (const acr of ['pwd', undefined])
      expect(of({ authTime: NOW, ...(acr ? { acr } : {}) }, strongly, 'DPoP')).toThrow(
        expect.objectContaining({
          headers: {
            'www-authenticate':
              'DPoP error="insufficient_user_authentication", ' +
              'error_description="A stronger authentication is required", max_age="300", acr_values="phr mfa"',
          },
        }),
      );
  });
});

describe('an access declaration', () => {
  const accessOf = (target: object) => Reflect.getMetadata(ACCESS, target) as unknown;

  it('adds to the others, in any order', () => {
    @Scopes('a')
    @Fresh(lately)
    class One {}
    @Fresh(lately)
    @Scopes('a')
    class Other {}
    for (const useCase of [One, Other]) expect(accessOf(useCase)).toEqual({ scopes: ['a'], recentLogin: lately });
  });

  it('does not change those of other handlers', () => {
    @Public()
    class One {}
    @Fresh(lately)
    class Other extends One {}
    expect([accessOf(One), accessOf(Other)]).toEqual([{ isPublic: true }, { recentLogin: lately }]);
  });

  it('works the same on a method', () => {
    class Controller {
      @declareAccess({ scopes: ['a'] })
      @Fresh(lately)
      handle() {}
    }
    expect(accessOf(Controller.prototype.handle)).toEqual({ scopes: ['a'], recentLogin: lately });
  });
});
