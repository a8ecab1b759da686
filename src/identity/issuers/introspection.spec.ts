import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenIssuer } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bearersWith } from './issuers.fixture.ts';

let issuer: TokenIssuer;
beforeEach(async () => void (issuer = await TokenIssuer.open()));
afterEach(async () => {
  jest.restoreAllMocks();
  await issuer.close();
});

/** The token verifier of a gateway with these introspection settings. */
async function gateway(settings: object = {}, ofIssuer: object = {}) {
  const introspection = { ...issuer.introspection, ...settings };
  const { bearers, warnings } = await bearersWith({
    ...issuer.settings,
    jwksUrl: undefined,
    ...ofIssuer,
    introspection,
  });
  return { warnings, callerOf: async (token: string) => bearers.callerOf(`Bearer ${token}`) };
}
const seconds = () => Math.floor(Date.now() / 1000);

describe('an opaque token', () => {
  it('identifies the user that its issuer names, with the mapped scopes', async () => {
    const { callerOf } = await gateway();
    const exp = seconds() + 60;
    expect(await callerOf(issuer.opaqueToken({ sub: 'auth0|5f7c', exp }))).toEqual({
      id: 'auth0|5f7c',
      scopes: ['profile:read', 'orders:read'],
      expiresAt: exp * 1000,
    });
  });

  it('is introspected once for concurrent and later requests', async () => {
    const { callerOf } = await gateway();
    const token = issuer.opaqueToken();
    await Promise.all(Array.from({ length: 50 }, () => callerOf(token)));
    await callerOf(token);
    expect(issuer.requests.introspection).toBe(1);
  });

  it('is introspected again after cacheSeconds, and after its expiry', async () => {
    const { callerOf } = await gateway({ cacheSeconds: 30 });
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
    const token = issuer.opaqueToken({ exp: Math.floor(start / 1000) + 40 });
    await callerOf(token);
    clock.mockReturnValue(start + 29_999);
    expect(await callerOf(token)).toBeDefined();
    expect(issuer.requests.introspection).toBe(1);
    clock.mockReturnValue(start + 30_000);
    expect(await callerOf(token)).toBeDefined();
    expect(issuer.requests.introspection).toBe(2);
    clock.mockReturnValue(start + 41_000);
    expect(await callerOf(token)).toBeUndefined();
  });

  it('that was revoked is refused at the next introspection', async () => {
    const { callerOf } = await gateway({ cacheSeconds: 0 });
    const token = issuer.opaqueToken();
    expect(await callerOf(token)).toBeDefined();
    issuer.revoke(token);
    expect(await callerOf(token)).toBeUndefined();
  });

  it('that is unknown is refused, and introspected again after a pause', async () => {
    const { callerOf } = await gateway();
    for (let i = 0; i < 10; i += 1) expect(await callerOf('of-nobody')).toBeUndefined();
    expect(issuer.requests.introspection).toBe(1);
  });

  it.each([
    ['for another audience', { aud: 'another' }],
    ['for nobody', { aud: undefined }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['of no user', { sub: undefined }],
    ['that has expired', { exp: 1 }],
  ])('is refused %s', async (_, answer) => {
    const { callerOf } = await gateway();
    expect(await callerOf(issuer.opaqueToken(answer))).toBeUndefined();
  });

  it('may have no audience if the settings allow it', async () => {
    const { callerOf } = await gateway({ audienceRequired: false });
    expect(await callerOf(issuer.opaqueToken({ aud: undefined }))).toBeDefined();
    expect(await callerOf(issuer.opaqueToken({ aud: null, iss: null, exp: null }))).toBeDefined();
    expect(await callerOf(issuer.opaqueToken({ aud: 'another' }))).toBeUndefined();
  });

  it('without an expiry is valid until the next introspection', async () => {
    const { callerOf } = await gateway({ cacheSeconds: 20 });
    const caller = await callerOf(issuer.opaqueToken({ exp: undefined }));
    const leftMs = caller!.expiresAt! - Date.now();
    expect(leftMs > 0 && leftMs <= 20_000).toBe(true);
  });

  it('cannot be verified while its issuer is down, which is not cached', async () => {
    const { callerOf, warnings } = await gateway();
    const token = issuer.opaqueToken();
    issuer.failure = 503;
    await expect(callerOf(token)).rejects.toMatchObject({ code: 'OVERLOADED', source: 'issuers' });
    issuer.failure = undefined;
    expect(await callerOf(token)).toBeDefined();
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain(token);
  });

  it('cannot be verified with a wrong client secret, and is not reported as invalid', async () => {
    const { callerOf, warnings } = await gateway({ clientSecret: 'another' });
    await expect(callerOf(issuer.opaqueToken())).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(warnings).toMatchObject([{ reason: 'invalid_client' }]);
  });

  it('is introspected with client_secret_post if configured', async () => {
    const { callerOf } = await gateway({ clientAuth: 'client_secret_post' });
    expect(await callerOf(issuer.opaqueToken())).toBeDefined();
  });

  it('is introspected with signed assertions if a client key is configured', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-introspection-'));
    const [known, another] = ['known', 'another'].map((name) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const clientKeyFile = join(folder, `${name}.pem`);
      writeFileSync(clientKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      return { clientKeyFile, publicKey };
    });
    issuer.clientKey = known!.publicKey;
    const by = (clientKeyFile: string) =>
      gateway({ clientSecret: undefined, clientKeyFile, clientAuth: 'private_key_jwt' });
    const [{ callerOf }, stranger] = await Promise.all([by(known!.clientKeyFile), by(another!.clientKeyFile)]);
    rmSync(folder, { recursive: true });
    for (let i = 0; i < 2; i += 1) expect(await callerOf(issuer.opaqueToken())).toMatchObject({ id: 'u1' });
    await expect(stranger.callerOf(issuer.opaqueToken())).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  it('is introspected with at most 64 concurrent requests', async () => {
    const { callerOf } = await gateway();
    const all = await Promise.allSettled(Array.from({ length: 80 }, () => callerOf(issuer.opaqueToken())));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(64);
  });

  it('is invalid if no issuer has introspection', async () => {
    const { bearers } = await bearersWith(issuer.settings);
    expect(await bearers.callerOf(`Bearer ${issuer.opaqueToken()}`)).toBeUndefined();
    expect(issuer.requests.introspection).toBe(0);
  });
});

describe('a JWT of an issuer with introspection', () => {
  it('is verified with the published keys of the issuer', async () => {
    const { callerOf } = await gateway({}, { jwksUrl: issuer.settings.jwksUrl });
    expect(await callerOf(issuer.token())).toBeDefined();
    expect(issuer.requests).toEqual({ keys: 1, introspection: 0 });
  });

  it('is not introspected if it is malformed', async () => {
    const { callerOf } = await gateway({}, { jwksUrl: issuer.settings.jwksUrl });
    for (const more of ['x', '=', '~', '+', '/']) expect(await callerOf(issuer.token() + more)).toBeUndefined();
    expect(issuer.requests.introspection).toBe(0);
  });

  it('is refused if its issuer does not introspect JWTs, as oidc-provider', async () => {
    const { callerOf, warnings } = await gateway();
    expect([await callerOf(issuer.token()), warnings]).toEqual([undefined, []]);
  });

  it('that is encrypted is introspected: only its issuer can read it', async () => {
    const { callerOf } = await gateway({}, { jwksUrl: issuer.settings.jwksUrl });
    expect(await callerOf('eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA')).toBeUndefined();
    expect(issuer.requests.introspection).toBe(1);
  });

  it('is introspected if the issuer publishes no keys', async () => {
    const { callerOf } = await gateway();
    expect(await callerOf(issuer.token())).toBeUndefined();
    expect(issuer.requests).toEqual({ keys: 0, introspection: 1 });
  });
});
