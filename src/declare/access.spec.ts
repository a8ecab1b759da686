import { describe, expect, it } from '@jest/globals';
import { type Access, joinedAccess, type LoginRequirement } from './access.ts';

const recent = (...requirements: LoginRequirement[]) =>
  joinedAccess(requirements.map((recentLogin) => ({ recentLogin }))).recentLogin;

describe('the access rules of several handlers together', () => {
  it.each<[string, (Access | undefined)[], boolean]>([
    ['public handlers', [{ isPublic: true }, { isPublic: true }], true],
    ['no handler', [], true],
    ['a public handler and another', [{ isPublic: true }, { scopes: ['me:read'] }], false],
    ['a public handler and one that declares nothing', [{ isPublic: true }, undefined], false],
  ])('say whether everyone may call %s: %j', (_, all, isPublic) => {
    expect(joinedAccess(all).isPublic).toBe(isPublic);
  });

  it('need the scopes of each, once', () => {
    const all = [{ scopes: ['me:read', 'orders:read'] }, {}, { scopes: ['orders:read', 'orders:write'] }];
    expect(joinedAccess(all).scopes).toEqual(['me:read', 'orders:read', 'orders:write']);
  });

  it('verify a token unless none of them does, and are for pages where one is', () => {
    expect(joinedAccess([{ ignoresToken: true }, {}]).ignoresToken).toBe(false);
    expect(joinedAccess([{ ignoresToken: true }, { ignoresToken: true }]).ignoresToken).toBe(true);
    expect(joinedAccess([]).ignoresToken).toBe(false);
    expect(joinedAccess([{ isForPages: true }, {}]).isForPages).toBe(true);
  });

  it('need the most recent login of all, wherever it stands', () => {
    expect(recent({ maxAgeSeconds: 900 }, { maxAgeSeconds: 300 })).toEqual({ maxAgeSeconds: 300 });
    expect(recent({ maxAgeSeconds: 300 }, { maxAgeSeconds: 900 })).toEqual({ maxAgeSeconds: 300 });
    expect(joinedAccess([{}, { recentLogin: { maxAgeSeconds: 5 } }, {}]).recentLogin).toEqual({
      maxAgeSeconds: 5,
    });
    expect(joinedAccess([{}])).not.toHaveProperty('recentLogin');
  });

  it('need a login that is strong enough for each', () => {
    const [phr, either] = [['phr'], ['mfa', 'phr']];
    const joined = { maxAgeSeconds: 60, acrValues: ['phr'] };
    expect(recent({ maxAgeSeconds: 60 }, { maxAgeSeconds: 900, acrValues: phr })).toEqual(joined);
    expect(recent({ maxAgeSeconds: 900, acrValues: either }, { maxAgeSeconds: 60, acrValues: phr })).toEqual(
      joined,
    );
  });
});
