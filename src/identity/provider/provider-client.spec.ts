import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { CertificateAuthority } from '#libs/testing';
import { DetachedWork } from '#libs/upstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { authorizationUrl } from './authorization-url.ts';
import { failureReason } from '#gateway/identity/issuers/failure-reason';
import { LoginQuery } from './login-query.ts';
import { ProviderClient } from './provider-client.ts';

const authority = new CertificateAuthority();
const folder = mkdtempSync(join(tmpdir(), 'atrium-provider-'));
const fileOf = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
/** The provider's metadata, and the last request pushed to it. */
let metadata: Record<string, unknown> = {};
const pushed: { form: URLSearchParams; authorization: string | undefined }[] = [];
let server: Server;
let issuer: string;
let loginRequest = 0;
/** The only path with metadata; undefined for any. */
let metadataPath: string | undefined;
let metadataType = 'application/json';

beforeAll(async () => {
  const { cert, key } = authority.issue('127.0.0.1');
  server = createServer({ cert, key }, (request, response) => {
    response.setHeader('content-type', metadataType);
    if (request.url === '/par') {
      const { authorization } = request.headers;
      return void text(request).then((body) => {
        pushed.push({ form: new URLSearchParams(body), authorization });
        response.writeHead(201).end('{"request_uri":"urn:a","expires_in":60}');
      });
    }
    loginRequest += 1;
    if (metadataPath !== undefined && request.url !== metadataPath) return void response.writeHead(404).end('{}');
    const endpoints = {
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
    };
    response.end(JSON.stringify({ issuer, ...endpoints, ...metadata }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

/** An issuer that nobody can reach, as one that only browsers can. */
const REMOTE = 'https://login.invalid/tenant';

const issuers = () => {
  const settings = { jwksUrl: `${issuer}/jwks`, audience: 'a', userIdClaim: 'sub', scopes: {} };
  const all = [issuer, `${issuer}/tenant`, REMOTE].map((name) => ({ issuer: name, ...settings }));
  return fileOf('issuers.json', JSON.stringify(all));
};

const configOf = (given: Record<string, string>) =>
  loadConfig({
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'atrium',
    PUBLIC_URL: 'https://api.example',
    ISSUERS_FILE: issuers(),
    OIDC_CA_FILE: fileOf('ca.pem', authority.cert),
    ...given,
  });

/** The authorization URL of a login with these settings. */
async function begin(given: Record<string, string>): Promise<URL> {
  const config = configOf(given);
  const client = new ProviderClient(config, new DetachedWork());
  try {
    const login = { state: 's', nonce: 'n', verifier: 'v'.repeat(43), returnTo: '/' };
    return new URL(await authorizationUrl(await client.connect(), config, login, LoginQuery.schema.parse({})));
  } finally {
    await client.onApplicationShutdown();
  }
}

describe('the client of a provider', () => {
  it('trusts the configured certificates, and gives a reason for refusing others', async () => {
    expect((await begin({})).origin).toBe(issuer);
    const stranger = fileOf('stranger.pem', new CertificateAuthority().cert);
    const failed = await begin({ OIDC_CA_FILE: stranger }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(failureReason(failed)).toMatch(/CERT|SIGNATURE/);
  });

  it('names the issuer in the metadata if it differs by the slash at its end', async () => {
    metadata = { issuer: `${issuer}/` };
    const failed = await begin({}).catch((error: unknown) => error);
    metadata = {};
    expect(failed).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(failureReason(failed)).toContain(`the provider's issuer is ${issuer}/, not ${issuer}`);
  });

  it('names another issuer in the metadata', async () => {
    metadata = { issuer: 'https://login.example/tenant' };
    const failed = await begin({}).catch((error: unknown) => error);
    metadata = {};
    expect(failureReason(failed)).toContain(
      `the provider's issuer is https://login.example/tenant, not ${issuer}`,
    );
  });

  it.each([
    ['after its path', '/tenant/.well-known/openid-configuration'],
    ['before its path, where there is no other (RFC 8414)', '/.well-known/oauth-authorization-server/tenant'],
  ])('finds the metadata of an issuer %s', async (_, path) => {
    const tenant = `${issuer}/tenant`;
    [metadata, metadataPath] = [{ issuer: tenant }, path];
    const begun = await begin({ OIDC_ISSUER: tenant }).catch((error: unknown) => error);
    metadataPath = '/elsewhere';
    const failed = await begin({ OIDC_ISSUER: tenant }).catch((error: unknown) => error);
    [metadata, metadataPath] = [{}, undefined];
    expect(begun).toMatchObject({ pathname: '/auth' });
    expect(failureReason(failed)).toMatch(/HTTP 404/);
  });

  it('finds the metadata at its own URL, and looks nowhere else', async () => {
    const elsewhere = { OIDC_ISSUER: REMOTE, OIDC_METADATA_URL: `${issuer}/policy/metadata?v=2` };
    [metadata, metadataPath] = [{ issuer: REMOTE }, '/policy/metadata?v=2'];
    const begun = await begin(elsewhere).catch((error: unknown) => error);
    metadata = { issuer: 'https://login.invalid/other' };
    const another = await begin(elsewhere).catch((error: unknown) => error);
    metadataPath = '/elsewhere';
    const before = loginRequest;
    const failed = await begin(elsewhere).catch((error: unknown) => error);
    [metadata, metadataPath] = [{}, undefined];
    expect(begun).toMatchObject({ origin: issuer, pathname: '/auth' });
    expect(failureReason(another)).toContain(
      `the provider's issuer is https://login.invalid/other, not ${REMOTE}`,
    );
    expect([failureReason(failed), loginRequest - before]).toEqual([expect.stringMatching(/HTTP 404/), 1]);
  });

  it('reads metadata whose type is that of a file without an extension', async () => {
    metadataType = 'application/octet-stream';
    const begun = await begin({}).catch((error: unknown) => error);
    metadataType = 'application/json';
    expect(begun).toMatchObject({ origin: issuer });
  });

  it('fetches the metadata once for concurrent requests', async () => {
    const client = new ProviderClient(configOf({}), new DetachedWork());
    const before = loginRequest;
    await Promise.all([client.connect(), client.connect(), client.connect()]);
    await client.connect();
    expect(loginRequest).toBe(before + 1);
    await client.onApplicationShutdown();
  });

  it('pushes its requests if the provider requires it, or if configured', async () => {
    expect((await begin({})).searchParams.get('request_uri')).toBeNull();
    metadata = { require_pushed_authorization_requests: true };
    const { searchParams } = await begin({ OIDC_CLIENT_SECRET: 'secret' });
    metadata = {};
    expect(Object.fromEntries(searchParams)).toEqual({ client_id: 'atrium', request_uri: 'urn:a' });
    expect(pushed.at(-1)!.form.get('code_challenge_method')).toBe('S256');
    expect((await begin({ OIDC_PAR: 'on' })).searchParams.get('request_uri')).toBe('urn:a');
  });

  it('authenticates with a secret by a supported method, or not at all', async () => {
    await begin({ OIDC_PAR: 'on', OIDC_CLIENT_SECRET: 'a secret & more' });
    const basic = Buffer.from('atrium:a+secret+%26+more').toString('base64');
    expect(pushed.at(-1)!.authorization).toBe(`Basic ${basic}`);
    metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
    await begin({ OIDC_PAR: 'on', OIDC_CLIENT_SECRET: 'a secret & more' });
    metadata = {};
    expect(pushed.at(-1)!.authorization).toBeUndefined();
    expect(pushed.at(-1)!.form.get('client_secret')).toBe('a secret & more');
    await begin({ OIDC_PAR: 'on' });
    expect([pushed.at(-1)!.authorization, pushed.at(-1)!.form.get('client_secret')]).toEqual([undefined, null]);
  });

  it('sends the secret as configured, whatever the metadata lists', async () => {
    const secret = { OIDC_PAR: 'on', OIDC_CLIENT_SECRET: 'a secret & of more than thirty-two characters' };
    await begin({ ...secret, OIDC_CLIENT_AUTH: 'client_secret_post' });
    expect(pushed.at(-1)!.form.get('client_secret')).toBe(secret.OIDC_CLIENT_SECRET);
    metadata = { token_endpoint_auth_methods_supported: ['client_secret_jwt', 'private_key_jwt'] };
    await begin(secret);
    metadata = {};
    const { authorization, form } = pushed.at(-1)!;
    expect([authorization, form.get('client_secret')]).toEqual([undefined, null]);
    const { payload } = await jwtVerify(form.get('client_assertion')!, Buffer.from(secret.OIDC_CLIENT_SECRET));
    expect(payload).toMatchObject({ iss: 'atrium', sub: 'atrium', aud: issuer });
  });

  it('signs assertions with PS256 if the provider accepts no RS256', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const OIDC_CLIENT_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    metadata = { token_endpoint_auth_signing_alg_values_supported: ['PS256', 'ES256'] };
    await begin({ OIDC_PAR: 'on', OIDC_CLIENT_KEY });
    metadata = {};
    const assertion = pushed.at(-1)!.form.get('client_assertion')!;
    expect((await jwtVerify(assertion, createPublicKey(privateKey))).protectedHeader.alg).toBe('PS256');
  });

  it.each([
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ])('authenticates with a signed assertion: %s', async (alg, { privateKey }) => {
    const OIDC_CLIENT_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    await begin({ OIDC_PAR: 'on', OIDC_CLIENT_KEY });
    const { form } = pushed.at(-1)!;
    const assertion = form.get('client_assertion')!;
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg, kid: expect.stringMatching(/^[\w-]{43}$/) });
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'atrium', sub: 'atrium', aud: issuer });
  });
});
