import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { bearersOf } from '#gateway/identity/tokens/tokens.fixture';
import { CertificateAuthority, TokenIssuer } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { withIssuers } from './issuers.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-ca-'));
const authority = new CertificateAuthority();
const fileOf = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const ours = fileOf('ours.pem', authority.cert);
const stranger = fileOf('stranger.pem', new CertificateAuthority().cert);
const keys = new KeySet(await SigningKey.make('ES256'));

let issuer: TokenIssuer;
beforeAll(async () => void (issuer = await TokenIssuer.open(authority.issue('127.0.0.1'))));
const opened: { onApplicationShutdown(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.onApplicationShutdown();
});
afterAll(async () => {
  await issuer.close();
  rmSync(folder, { recursive: true });
});

/** The token verifier of a gateway with these issuer settings. */
function gateway(settings: object, environment: NodeJS.ProcessEnv = {}) {
  const ofIssuer = { ...issuer.settings, introspection: issuer.introspection, ...settings };
  const { bearers, issuers } = bearersOf(withIssuers([ofIssuer], environment), keys);
  opened.push(issuers);
  return async (token: string) => bearers.callerOf(`Bearer ${token}`);
}
const provider = () => ({
  OIDC_ISSUER: issuer.url,
  OIDC_CLIENT_ID: 'atrium',
  PUBLIC_URL: 'https://api.example',
});

describe.each([
  ['the keys', () => issuer.token()],
  ['the answers about opaque tokens', () => issuer.opaqueToken()],
])('%s of an issuer with a private CA', (_, token) => {
  it('are fetched with the certificates of its caFile', async () => {
    expect(await gateway({ caFile: ours })(token())).toMatchObject({ id: 'u1' });
  });

  it('are fetched with an authority that another one has issued', async () => {
    const middle = new CertificateAuthority('Middle', authority);
    const secured = await TokenIssuer.open(middle.issue('127.0.0.1'));
    const before = issuer;
    issuer = secured;
    try {
      const caFile = fileOf('middle.pem', middle.cert);
      expect(await gateway({ caFile })(token())).toMatchObject({ id: 'u1' });
    } finally {
      issuer = before;
      await secured.close();
    }
  });

  it.each([
    ['without one', {}],
    ['with an unrelated CA', { caFile: stranger }],
  ])('are not fetched %s', async (_name, settings) => {
    await expect(gateway(settings)(token())).rejects.toMatchObject({ code: 'OVERLOADED', source: 'issuers' });
  });

  it('are fetched with OIDC_CA_FILE if it is the provider without a caFile of its own', async () => {
    const environment = { ...provider(), OIDC_CA_FILE: ours };
    expect(await gateway({}, environment)(token())).toMatchObject({ id: 'u1' });
    await expect(gateway({ caFile: stranger }, environment)(token())).rejects.toThrow();
    await expect(gateway({}, { OIDC_CA_FILE: ours })(token())).rejects.toThrow();
  });
});
