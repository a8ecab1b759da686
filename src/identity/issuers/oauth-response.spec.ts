import { failureReason } from './failure-reason.ts';
import { describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { oauthResponse } from './oauth-response.ts';

const server = { issuer: 'https://login.example' };
const client = { client_id: 'atrium' };
const answer = (body: object | string, status = 200, headers: Record<string, string> = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
};
const TOKENS = { access_token: 'a', token_type: 'bearer', expires_in: 300 };

/** The tokens that the library reads in a response. */
const tokensIn = async (response: Response) =>
  oauth.processRefreshTokenResponse(server, client, await oauthResponse(response));

/** Why the library refuses a response. */
const refusal = async (response: Response) => {
  const thrown = await tokensIn(response).catch((error: unknown) => error);
  return failureReason(thrown);
};

describe('a response of an OAuth endpoint', () => {
  it('may have members that are null', async () => {
    const nulls = { refresh_token: null, scope: null, id_token: null, expires_in: null };
    expect(await tokensIn(answer({ ...TOKENS, ...nulls }))).toEqual({ access_token: 'a', token_type: 'bearer' });
  });

  it('may have an empty refresh token, and an empty ID token', async () => {
    const empty = { refresh_token: '', id_token: '' };
    expect(await tokensIn(answer({ ...TOKENS, ...empty }))).toEqual({ ...TOKENS });
  });

  it('may have its scopes as a list', async () => {
    expect(await tokensIn(answer({ ...TOKENS, scope: ['openid', 'roles'] }))).toMatchObject({
      scope: 'openid roles',
    });
  });

  it.each([
    ['Basic realm="provider"', 'invalid_client'],
    ['Bearer error="invalid_client"', 'invalid_client'],
  ])('reports its error beside a challenge: %s', async (challenge, error) => {
    expect(await refusal(answer({ error }, 401, { 'www-authenticate': challenge }))).toBe(error);
  });

  it('keeps a challenge without an error in the body, such as one for a nonce', async () => {
    const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n' };
    const thrown = await tokensIn(answer({}, 401, headers)).catch((error: unknown) => error);
    expect(oauth.isDPoPNonceError(thrown)).toBe(true);
  });

  it('reports an error that came with status 200', async () => {
    expect(await refusal(answer({ error: 'bad_verification_code', access_token: null }))).toBe(
      'bad_verification_code',
    );
  });

  it.each(['text/plain; charset=utf-8', 'text/html', 'text/javascript', 'application/octet-stream'])(
    'may have the type %s beside JSON, be it tokens or an error',
    async (type) => {
      const typed = { 'content-type': type };
      expect(await tokensIn(answer(TOKENS, 200, typed))).toEqual(TOKENS);
      expect(await refusal(answer({ error: 'invalid_grant' }, 400, typed))).toBe('invalid_grant');
      const { status, headers } = await oauthResponse(answer('{"error"', 400, typed));
      expect([status, headers.get('content-type')]).toEqual([400, type]);
    },
  );

  it('is as it was if it is about a token that is not active, or no JSON', async () => {
    const inactive = await oauthResponse(answer({ active: false, error: 'invalid_token', cnf: null }));
    expect([inactive.status, await inactive.json()]).toEqual([
      200,
      { active: false, error: 'invalid_token', cnf: null },
    ]);
    expect(await refusal(answer('<h1>Bad gateway</h1>', 502))).toContain('HTTP 502');
    const empty = await oauthResponse(new Response(null, { status: 204 }));
    expect([empty.status, await empty.text()]).toEqual([204, '']);
  });
});
