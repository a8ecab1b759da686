import { describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { failureReason } from './failure-reason.ts';

const server = { issuer: 'https://login.example' };
const client = { client_id: 'atrium' };
const thrownBy = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};
const answer = (body: object, status: number) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

describe('the reason of a failure at the provider', () => {
  it('is the error of the provider, without its description, which may quote anything', async () => {
    const denied = new URLSearchParams({ error: 'access_denied', error_description: 'eyJsecret', state: 's' });
    expect(failureReason(thrownBy(() => oauth.validateAuthResponse(server, client, denied, 's')))).toBe(
      'access_denied',
    );
    const response = answer({ error: 'invalid_grant', error_description: 'eyJsecret' }, 400);
    const failed = await oauth
      .processRefreshTokenResponse(server, client, response)
      .catch((error: unknown) => error);
    expect(failureReason(failed)).toBe('invalid_grant');
  });

  it('is what the library does not support: an encrypted ID token', async () => {
    const tokens = { access_token: 'a', token_type: 'bearer', id_token: 'a.b.c.d.e' };
    const failed = await oauth
      .processRefreshTokenResponse(server, client, answer(tokens, 200))
      .catch((error: unknown) => error);
    expect(failureReason(failed)).toContain('JWE');
  });

  it('has the status of a response that is not OAuth', async () => {
    const response = answer({}, 503);
    const failed = await oauth
      .processRefreshTokenResponse(server, client, response)
      .catch((error: unknown) => error);
    expect(failureReason(failed)).toContain('HTTP 503');
  });

  it('has the system or TLS error code', async () => {
    const cause = Object.assign(new Error('self-signed'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    expect(failureReason(new Error('fetch failed', { cause }))).toBe('SELF_SIGNED_CERT_IN_CHAIN');
    expect(failureReason(AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError'))).toBe('timeout');
  });

  it('never contains received data', () => {
    const stolen = new URLSearchParams({ code: 'a-secret-code', state: 'another', iss: server.issuer });
    const reason = failureReason(thrownBy(() => oauth.validateAuthResponse(server, client, stolen, 's')));
    expect(reason).toContain('state');
    expect(reason).not.toContain('secret');
    expect(failureReason('eyJsecret')).toBe('unknown');
  });
});
