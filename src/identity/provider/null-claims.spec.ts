import { describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { checkedTokens, withoutNullClaims, withoutNullsInJwt } from './null-claims.ts';

const ISSUER = 'https://login.example';
const server = { issuer: ISSUER, userinfo_signing_alg_values_supported: ['RS256'] };
const client = { client_id: 'atrium' };
const now = Math.floor(Date.now() / 1000);
const CLAIMS = { iss: ISSUER, aud: 'atrium', sub: 'u1', iat: now, exp: now + 60 };

const tokenOf = (claims: object): string =>
  [{ alg: 'RS256' }, claims, 'signature']
    .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'))
    .join('.');

describe('a JWT for the checks of the library', () => {
  it('has no claims that are null, and all others as they are', () => {
    const others = { nested: { x: null }, list: [null], empty: '', zero: 0, no: false };
    expect(withoutNullClaims(tokenOf({ nbf: null, ...others, acr: null }))).toBe(tokenOf(others));
  });

  it.each([tokenOf(CLAIMS), tokenOf({ list: [null] }), 'opaque', '', 'a.b.c'])('is as it came: %s', (token) =>
    expect(withoutNullClaims(token)).toBe(token),
  );
});

describe('a token response', () => {
  const check = (response: Response) => oauth.processRefreshTokenResponse(server, client, response);
  const TOKENS = { access_token: 'a', token_type: 'bearer' as const };

  it('is returned with its ID token as it was signed, null included', async () => {
    const idToken = tokenOf({ ...CLAIMS, nbf: null, auth_time: null });
    const tokens = await checkedTokens(Response.json({ ...TOKENS, id_token: idToken }), check);
    expect(tokens).toEqual({ ...TOKENS, id_token: idToken });
  });

  it('is refused for a claim that the ID token must have', async () => {
    const response = Response.json({ ...TOKENS, id_token: tokenOf({ ...CLAIMS, nbf: null, exp: null }) });
    await expect(checkedTokens(response, check)).rejects.toThrow('"exp"');
  });

  it.each(['', '{', 'null', '[]', '{"error":"invalid_grant"}'])(
    'without an ID token is left to the library: %s',
    (body) =>
      expect(
        checkedTokens(new Response(body), async (response) => {
          expect(await response.text()).toBe(body);
          return TOKENS;
        }),
      ).resolves.toBe(TOKENS),
  );
});

describe('a UserInfo response', () => {
  const userOf = async (response: Response) =>
    oauth.processUserInfoResponse(server, client, 'u1', await withoutNullsInJwt(response));

  it.each(['application/jwt', 'application/jwt; charset=utf-8'])(
    'may have null in claims of its JWT: %s',
    async (type) => {
      const token = tokenOf({ ...CLAIMS, nbf: null, exp: null, iat: null, name: null });
      const response = new Response(token, { headers: { 'content-type': type } });
      expect(await userOf(response)).toEqual({ iss: ISSUER, aud: 'atrium', sub: 'u1' });
    },
  );

  it('in JSON is as it came', async () => {
    expect(await userOf(Response.json({ sub: 'u1', roles: null }))).toEqual({ sub: 'u1', roles: null });
  });
});
