import { freePort } from '#libs/process';
import { LogLines } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readIdentitySettings } from './settings.ts';
import { type RunningIdentity, startIdentity } from './start-identity.ts';

let identity: RunningIdentity;
const GATEWAY_URL = 'http://127.0.0.1:3999';

beforeAll(async () => {
  // The library warns there that it is for development only.
  for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => {});
  const PORT = `${await freePort()}`;
  identity = await startIdentity(readIdentitySettings({ PORT, GATEWAY_URL }), new LogLines());
});
afterAll(async () => {
  await identity.stop();
  jest.restoreAllMocks();
});

const authorize = (params: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    client_id: 'atrium',
    response_type: 'code',
    redirect_uri: `${GATEWAY_URL}/bff/callback`,
    scope: 'openid roles',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...params,
  });
  return fetch(`${identity.url}/auth?${query}`, { redirect: 'manual' });
};

/** A login up to its page. */
async function atLoginPage(params: Record<string, string> = {}) {
  const requested = await authorize(params);
  const cookie = requested.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const url = new URL(requested.headers.get('location')!, identity.url);
  const post = (body: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(body), headers: { cookie }, redirect: 'manual' });
  return { page: await (await fetch(url, { headers: { cookie } })).text(), post };
}

describe('the demo provider', () => {
  it('publishes its metadata', async () => {
    const answer = await fetch(`${identity.url}/.well-known/openid-configuration`);
    expect(await answer.json()).toMatchObject({
      issuer: identity.url,
      end_session_endpoint: `${identity.url}/session/end`,
      revocation_endpoint: `${identity.url}/token/revocation`,
      backchannel_logout_session_supported: true,
    });
  });

  it('redirects only to the gateway', async () => {
    expect((await authorize({ redirect_uri: 'https://evil.example/' })).status).toBe(400);
  });

  it('escapes prefilled values', async () => {
    const { page } = await atLoginPage({ login_hint: '"><script>' });
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;"');
  });

  it('accepts the passwords of demo accounts only', async () => {
    const { post } = await atLoginPage();
    const wrong = await post({ answer: 'yes', email: 'ada@example.com', password: 'wrong' });
    expect([wrong.status, await wrong.text()]).toEqual([401, expect.stringContaining('no such account')]);
    const right = await post({ answer: 'yes', email: 'ada@example.com', password: 'analytical-engine' });
    expect([right.status, right.headers.get('location')]).toEqual([303, expect.stringContaining('/auth/')]);
  });

  it('reports an unknown login as ended', async () => {
    const answer = await fetch(`${identity.url}/interaction/nothing`);
    expect(answer.status).toBe(400);
  });
});

it('is configured with the origin of the gateway', () => {
  expect(() => readIdentitySettings({ GATEWAY_URL: 'http://127.0.0.1:3000/path' })).toThrow('GATEWAY_URL');
});
