import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { JwtService } from '@nestjs/jwt';
import { AccessTokens } from './access-tokens.ts';
import { SigningKey } from './signing-key.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
const config = loadConfig({ JWT_ISSUER: 'https://atrium.example', JWT_AUDIENCE: 'shop' });
const key = new SigningKey(privateKey);
const tokens = new AccessTokens(new JwtService(), key, config);

type Json = Record<string, unknown>;
const encoded = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part: string | undefined) => JSON.parse(Buffer.from(part!, 'base64url').toString()) as Json;
const partsOf = (token: string) => {
  const [header, payload] = token.split('.');
  return { header: decoded(header), payload: decoded(payload) };
};

/** One of our tokens with other words in it, and a signature for them. */
function forged({
  header = {},
  payload = {},
  by = privateKey,
}: {
  header?: Json;
  payload?: Json;
  by?: typeof privateKey;
}) {
  const ours = partsOf(tokens.issue('u1', ['a']));
  const signed = `${encoded({ ...ours.header, ...header })}.${encoded({ ...ours.payload, ...payload })}`;
  const { alg } = { ...ours.header, ...header };
  if (alg === 'none') return `${signed}.`;
  if (alg === 'HS256') return `${signed}.${createHmac('sha256', publicPem).update(signed).digest('base64url')}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), by).toString('base64url')}`;
}

const seconds = () => Math.floor(Date.now() / 1000);
const accepted = (token: string) => tokens.verify(`Bearer ${token}`);

afterEach(() => void jest.useRealTimers());

describe('an access token', () => {
  it('says whose it is and what they may do', () => {
    expect(accepted(tokens.issue('u1', ['a', 'b:c']))).toEqual({ id: 'u1', scopes: ['a', 'b:c'] });
  });

  it('has the header and the claims of RFC 9068, and 900 seconds to live', () => {
    const { header, payload } = partsOf(tokens.issue('u1', ['a', 'b']));
    expect(header).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: key.id });
    expect(payload).toEqual({
      iss: 'https://atrium.example',
      aud: 'shop',
      sub: 'u1',
      scope: 'a b',
      jti: expect.stringMatching(/^[\w-]{36}$/),
      iat: expect.any(Number),
      exp: Number(payload['iat']) + 900,
    });
  });

  it('has an id of its own', () => {
    const ids = [1, 2].map(() => partsOf(tokens.issue('u1', [])).payload['jti']);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('is taken until it expires', () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const token = tokens.issue('u1', ['a']);
    jest.setSystemTime(1_800_000_899_000);
    expect(accepted(token)).toBeDefined();
    jest.setSystemTime(1_800_000_900_000);
    expect(accepted(token)).toBeUndefined();
  });
});

describe('a token is not taken', () => {
  it('unless this test forges as the gateway signs', () => {
    expect(accepted(forged({}))).toEqual({ id: 'u1', scopes: ['a'] });
  });

  it.each([
    ['without a signature (alg none)', () => forged({ header: { alg: 'none' } })],
    ['signed with the public key (HS256)', () => forged({ header: { alg: 'HS256' } })],
    ['signed by another key', () => forged({ by: otherKey })],
    ['with an algorithm we do not use', () => forged({ header: { alg: 'RS384' } })],
    ['with another kid', () => forged({ header: { kid: 'other' } })],
    ['without a kid', () => forged({ header: { kid: undefined } })],
    ['of another type', () => forged({ header: { typ: 'JWT' } })],
    ['of no type', () => forged({ header: { typ: undefined } })],
    ['of another issuer', () => forged({ payload: { iss: 'https://evil.example' } })],
    ['for another audience', () => forged({ payload: { aud: 'bank' } })],
    ['that has expired', () => forged({ payload: { exp: seconds() - 1 } })],
    ['that is not valid yet', () => forged({ payload: { nbf: seconds() + 60 } })],
    ['without scopes', () => forged({ payload: { scope: undefined } })],
    ['without a subject', () => forged({ payload: { sub: undefined } })],
    ['without an end', () => forged({ payload: { exp: undefined } })],
  ])('%s', (_, make) => {
    expect(accepted(make())).toBeUndefined();
  });

  it('with any of its parts changed or cut off', () => {
    const [header, payload, signature] = tokens.issue('u1', ['a']).split('.') as [string, string, string];
    const admin = encoded({ ...decoded(payload), scope: 'admin' });
    for (const token of [
      `${header}.${admin}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `.${payload}.${signature}`,
      `${header}.${payload}.${signature}.${signature}`,
      header,
    ]) {
      expect(accepted(token)).toBeUndefined();
    }
  });

  const token = tokens.issue('u1', ['a']);
  it.each([
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer  ${token}`,
    ` Bearer ${token}`,
    `Bearer ${token} `,
  ])('in the header %p', (header) => {
    expect(tokens.verify(header)).toBeUndefined();
  });

  it.each([`Bearer ${token}, Bearer ${token}`, `Bearer ${token}\n`, `Bearer "${token}"`, `Bearer token=${token}`])(
    'in the header %p',
    (header) => {
      expect(tokens.verify(header)).toBeUndefined();
    },
  );

  it('but is whatever the case of the scheme (RFC 9110, section 11.1)', () => {
    expect(tokens.verify(`bearer ${token}`)).toBeDefined();
  });
});
