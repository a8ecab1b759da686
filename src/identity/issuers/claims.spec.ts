import { describe, expect, it } from '@jest/globals';
import { callerIn, claimAt, isFor, wordsIn } from './claims.ts';

const settings = {
  userIdClaim: 'sub',
  scopeClaim: ['scope'],
  scopes: { 'shop:read': ['orders'], staff: ['admin', 'orders'] },
};

describe('a claim', () => {
  it('is found by its name, though that has dots, before it is taken for a path', () => {
    expect(claimAt({ 'https://a.example/roles': ['a'] }, 'https://a.example/roles')).toEqual(['a']);
    expect(claimAt({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual(['a']);
    expect(claimAt({ 'a.b': 1, a: { b: 2 } }, 'a.b')).toBe(1);
  });

  it.each(['toString', '__proto__', 'constructor.name', 'a.b.c', 'text.length', 'none.b'])(
    'is undefined at %s, which no issuer has written',
    (name) => expect(claimAt({ a: { b: null }, text: 'abc', none: null }, name)).toBeUndefined(),
  );
});

describe('the caller of a token of an outside issuer', () => {
  it('may do what the settings say of its scopes, each once, and nothing for those they do not name', () => {
    const claims = { sub: 'u1', scope: 'shop:read staff unknown constructor' };
    expect(callerIn(claims, settings)).toEqual({ id: 'u1', scopes: ['orders', 'admin'] });
  });

  it('has the scopes of all claims that have some, as lists or as text', () => {
    const given = { ...settings, scopeClaim: ['scope', 'realm_access.roles', 'none'] };
    const claims = { sub: 'u1', scope: 'shop:read', realm_access: { roles: ['staff', 7] } };
    expect(callerIn(claims, given)).toMatchObject({ scopes: ['orders', 'admin'] });
  });

  it('has when and how they proved who they are, where that is of its type', () => {
    expect(callerIn({ sub: 'u1', auth_time: 7, acr: 'mfa' }, settings)).toMatchObject({ authTime: 7, acr: 'mfa' });
    const caller = callerIn({ sub: 'u1', auth_time: '7', acr: 1 }, settings);
    expect(caller).toEqual({ id: 'u1', scopes: [] });
  });

  it.each([undefined, 7.5, 2 ** 53, [7], '', 'a b', 'ünicode', 'a\n', 'x'.repeat(256)])(
    'is nobody by the id %p',
    (sub) => {
      expect(callerIn({ sub }, settings)).toBeUndefined();
    },
  );

  it('may have a number as its id', () => {
    expect(callerIn({ sub: 42 }, settings)?.id).toBe('42');
  });

  it('may have an id of 255 visible characters', () => {
    const sub = '!~'.repeat(127) + 'x';
    expect(callerIn({ sub }, settings)?.id).toBe(sub);
  });
});

describe('the audience of a token', () => {
  const ours = { audience: 'atrium', audienceClaim: 'aud' };
  it.each([
    ['atrium', true],
    [['other', 'atrium'], true],
    ['other', false],
    [['other'], false],
    // A text that contains it is another name.
    ['atrium-admin', false],
    [['atrium-admin'], false],
    [{ atrium: true }, false],
    [undefined, undefined],
    [null, undefined],
  ])('in %j is ours: %p', (aud, isOurs) => expect(isFor({ aud }, ours)).toBe(isOurs));
});

describe('the words of a claim', () => {
  it('are those of a text between spaces, the texts of a list, and undefined for all else', () => {
    expect(wordsIn(' a  b ')).toEqual(['a', 'b']);
    expect(wordsIn(['a b', 7])).toEqual(['a b']);
    expect([wordsIn(7), wordsIn({ a: 1 }), wordsIn(undefined)]).toEqual([undefined, undefined, undefined]);
  });
});
