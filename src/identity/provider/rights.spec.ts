import { describe, expect, it } from '@jest/globals';
import type { ScopeSource } from '#gateway/config/oidc';
import { claimAt } from '#gateway/identity/issuers/claims';
import { rightsIn, type ClaimSources } from './rights.ts';

const jwt = (claims: object) =>
  ['{"alg":"ES256"}', JSON.stringify(claims), 'a signature.']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

const settings = {
  issuer: 'https://login.example',
  jwksUrl: 'https://login.example/keys',
  audience: 'atrium',
  types: ['at+jwt'],
  userIdClaim: 'sub',
  scopes: { customer: ['orders:read'], staff: ['orders:read', 'admin'], 'of the response': ['profile:read'] },
};

const rights = async (
  sources: ScopeSource[],
  claimSources: Partial<ClaimSources>,
  scopeClaim: string | string[] = 'roles',
) => {
  const whole = { accessToken: 'opaque', scope: undefined, userInfo: async () => ({}), ...claimSources };
  return (await rightsIn(whole, sources, { ...settings, scopeClaim: [scopeClaim].flat() }))?.scopes;
};

describe('the rights of a browser session', () => {
  it('come from all configured claims, if a source has any of them', async () => {
    const idToken = { groups: ['staff'], scope: 'customer' };
    expect(await rights(['id_token'], { idToken }, ['roles', 'groups'])).toEqual(['orders:read', 'admin']);
    expect(await rights(['id_token'], { idToken }, ['scope', 'groups'])).toEqual(['orders:read', 'admin']);
    expect(await rights(['id_token'], { idToken }, ['roles', 'none'])).toBeUndefined();
  });

  it('come from the first source with the claim, in the configured order', async () => {
    const claimSources = {
      idToken: { roles: ['customer'] },
      accessToken: jwt({ roles: ['staff'] }),
      userInfo: async () => ({ roles: 'customer' }),
    };
    expect(await rights(['id_token', 'access_token'], claimSources)).toEqual(['orders:read']);
    expect(await rights(['access_token', 'id_token'], claimSources)).toEqual(['orders:read', 'admin']);
    expect(await rights(['userinfo'], claimSources)).toEqual(['orders:read']);
  });

  it('come from the next source if one lacks the claim, or is no JWT', async () => {
    const claimSources = {
      idToken: { sub: 'u1' },
      accessToken: 'opaque',
      userInfo: async () => ({ roles: ['staff'] }),
    };
    expect(await rights(['id_token', 'access_token', 'userinfo'], claimSources)).toEqual(['orders:read', 'admin']);
  });

  it('do not need UserInfo if an earlier source has them', async () => {
    const userInfo = () => Promise.reject(new Error('asked'));
    expect(await rights(['id_token', 'userinfo'], { idToken: { roles: [] }, userInfo })).toEqual([]);
  });

  it('come from the scope of the token response if configured', async () => {
    const scope = 'openid customer staff';
    expect(await rights(['token_response'], { scope })).toEqual(['orders:read', 'admin']);
  });

  it('are unknown if no source has the claim', async () => {
    expect(await rights(['id_token', 'access_token', 'userinfo', 'token_response'], {})).toBeUndefined();
  });

  it('are empty for unmapped values', async () => {
    expect(await rights(['id_token'], { idToken: { roles: ['constructor', 'owner'] } })).toEqual([]);
  });
});

describe('a claim', () => {
  it.each([
    ['realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
    ['https://shop.example/roles', { 'https://shop.example/roles': ['b'] }, ['b']],
    ['a.b', { 'a.b': 'whole', a: { b: 'part' } }, 'whole'],
    ['a.b', { a: 'text' }, undefined],
    ['toString.length', {}, undefined],
  ])('%s is found by its name, or by the path to it', (name, claims, value) => {
    expect(claimAt(claims, name)).toEqual(value);
  });
});
