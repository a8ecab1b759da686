import { describe, expect, it } from '@jest/globals';
import { aContext } from '#libs/testing';
import type { Access } from '#gateway/declare/access';
import { authorize } from './authorize.ts';
import { type Credentials, credentials } from './credentials.ts';

/** The outcome of a request at a handler: 'in', or the error code. */
function outcome(state: Credentials['state'], scopes: string[], access?: Access): string {
  const context = aContext({ caller: { scopes } });
  try {
    credentials.of(context).state = state;
    authorize(context, access);
    return 'in';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const doors: Record<string, Access | undefined> = {
  'that declares nothing': undefined,
  'for everyone': { isPublic: true },
  'that ignores tokens': { isPublic: true, ignoresToken: true },
  'for one scope': { scopes: ['a'] },
  'for two scopes': { scopes: ['a', 'b'] },
};

describe('a handler', () => {
  it.each([
    ['that declares nothing', 'none', [], 'UNAUTHENTICATED'],
    ['that declares nothing', 'invalid', [], 'UNAUTHENTICATED'],
    ['that declares nothing', 'valid', [], 'in'],
    ['for everyone', 'none', [], 'in'],
    ['for everyone', 'invalid', [], 'UNAUTHENTICATED'],
    ['for everyone', 'valid', [], 'in'],
    ['that ignores tokens', 'none', [], 'in'],
    ['that ignores tokens', 'invalid', [], 'in'],
    ['that ignores tokens', 'valid', [], 'in'],
    ['for one scope', 'none', [], 'UNAUTHENTICATED'],
    ['for one scope', 'none', ['a'], 'UNAUTHENTICATED'],
    ['for one scope', 'invalid', ['a'], 'UNAUTHENTICATED'],
    ['for one scope', 'valid', [], 'FORBIDDEN'],
    ['for one scope', 'valid', ['ab', 'A', ''], 'FORBIDDEN'],
    ['for one scope', 'valid', ['a'], 'in'],
    ['for two scopes', 'valid', ['a'], 'FORBIDDEN'],
    ['for two scopes', 'valid', ['c', 'b', 'a'], 'in'],
  ] as const)('%s, for a token that is %s with the scopes %p: %s', (door, token, scopes, expected) => {
    expect(outcome(token, [...scopes], doors[door])).toBe(expected);
  });
});

describe('a refusal', () => {
  const refused = (state: Credentials['state'], access: Access) => () => {
    const context = aContext();
    credentials.of(context).state = state;
    authorize(context, access);
  };

  it('challenges a client without a token, without an error code (RFC 6750, section 3.1)', () => {
    expect(refused('none', {})).toThrow(
      expect.objectContaining({ headers: { 'www-authenticate': expect.stringMatching(/^Bearer, DPoP algs=/) } }),
    );
  });

  it('reports an invalid token', () => {
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
    expect(refused('invalid', { isPublic: true })).toThrow(expect.objectContaining({ headers }));
  });

  it('names the scopes that are missing', () => {
    const headers = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="a b"' };
    expect(refused('valid', { scopes: ['a', 'b'] })).toThrow(
      expect.objectContaining({ headers, detail: 'This needs: a b.' }),
    );
  });
});
