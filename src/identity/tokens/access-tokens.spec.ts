import fc from 'fast-check';
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { bearersOf } from './tokens.fixture.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
const config = loadConfig({ JWT_ISSUER: 'https://atrium.example', JWT_AUDIENCE: 'shop' });
const key = new SigningKey(privateKey);
const { tokens, bearers, ends } = bearersOf(config, new KeySet(key));
const ada = (...scopes: string[]) => ({ userId: 'u1', scopes, sessionId: 's1', authTime: 1_800_000_000 });

type Json = Record<string, unknown>;
const encoded = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part: string | undefined) => JSON.parse(Buffer.from(part!, 'base64url').toString()) as Json;
const partsOf = (token: string) => {
  const [header, payload] = token.split('.');
  return { header: decoded(header), payload: decoded(payload) };
};

/** An access token with other claims or header, and a matching signature. */
function forged({
  header = {},
  payload = {},
  by = privateKey,
}: {
  header?: Json;
  payload?: Json;
  by?: typeof privateKey;
}) {
  const ours = partsOf(tokens.issue(ada('a')));
  const signed = `${encoded({ ...ours.header, ...header })}.${encoded({ ...ours.payload, ...payload })}`;
  const { alg } = { ...ours.header, ...header };
  if (alg === 'none') return `${signed}.`;
  if (alg === 'HS256') return `${signed}.${createHmac('sha256', publicPem).update(signed).digest('base64url')}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), by).toString('base64url')}`;
}

const seconds = () => Math.floor(Date.now() / 1000);
const accepted = (token: string) => bearers.callerOf(`Bearer ${token}`);

afterEach(() => void jest.useRealTimers());

describe('an access token', () => {
  it('identifies the user and their scopes', () => {
    expect(accepted(tokens.issue(ada('a', 'b:c')))).toMatchObject({
      id: 'u1',
      scopes: ['a', 'b:c'],
      sessionId: 's1',
      authTime: 1_800_000_000,
    });
  });

  it('has the header and the claims of RFC 9068, and a lifetime of 900 seconds', () => {
    const { header, payload } = partsOf(tokens.issue(ada('a', 'b')));
    expect(header).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: key.id });
    expect(payload).toEqual({
      iss: 'https://atrium.example',
      aud: 'shop',
      sub: 'u1',
      client_id: 'shop',
      scope: 'a b',
      sid: 's1',
      auth_time: 1_800_000_000,
      jti: expect.stringMatching(/^[\w-]{36}$/),
      iat: expect.any(Number),
      exp: Number(payload['iat']) + 900,
    });
  });

  it('has a unique id', () => {
    const ids = [1, 2].map(() => partsOf(tokens.issue(ada())).payload['jti']);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('is accepted until it expires', () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const token = tokens.issue(ada('a'));
    jest.setSystemTime(1_800_000_899_000);
    expect(accepted(token)).toBeDefined();
    jest.setSystemTime(1_800_000_900_000);
    expect(accepted(token)).toBeUndefined();
  });
});

describe('a token is refused', () => {
  it('unless this test forges exactly what the gateway signs', () => {
    expect(accepted(forged({}))).toMatchObject({ id: 'u1', scopes: ['a'], sessionId: 's1' });
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
    ['without a session', () => forged({ payload: { sid: undefined } })],
    ['whose subject is no text', () => forged({ payload: { sub: 7 } })],
    ['with critical extensions (crit)', () => forged({ header: { crit: ['exp'] } })],
    ['without an expiry', () => forged({ payload: { exp: undefined } })],
  ])('%s', (_, make) => {
    expect(accepted(make())).toBeUndefined();
  });

  it('whatever key it names or contains (jku, x5u, jwk)', () => {
    const jwk = createPublicKey(otherKey).export({ format: 'jwk' });
    const brought = { jku: 'https://evil.example/keys', x5u: 'https://evil.example/cert', jwk };
    expect(accepted(forged({ header: brought, by: otherKey }))).toBeUndefined();
    expect(accepted(forged({ header: brought }))).toMatchObject({ id: 'u1' });
  });

  it('when its encoding is not canonical (padding, other alphabet, trailing bits, spaces)', () => {
    // 256 bytes of signature leave four spare bits: sixteen encodings of the last character.
    const token = tokens.issue(ada('a'));
    expect(accepted(token)).toBeDefined();
    const last = token.at(-1)!;
    const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
      (one) => one !== last,
    );
    for (const one of others) expect(accepted(token.slice(0, -1) + one)).toBeUndefined();
    for (const more of ['=', '==', '%3D', ' ', '\t', '.', '~', '+', '/']) {
      expect(accepted(token + more)).toBeUndefined();
      expect(accepted(token.replace('.', `${more}.`))).toBeUndefined();
    }
  });

  it('once its session is over, at once', async () => {
    const token = tokens.issue({ ...ada('a'), sessionId: 's-over' });
    expect(accepted(token)).toBeDefined();
    await ends.add('s-over', 'logout');
    expect(accepted(token)).toBeUndefined();
  });

  it('after any single change to a valid one', () => {
    const token = tokens.issue(ada('a'));
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Az09-_.=+/ '), (at, sign) => {
        fc.pre(token[at] !== sign);
        return accepted(token.slice(0, at) + sign + token.slice(at + 1)) === undefined;
      }),
      { numRuns: 500 },
    );
  });

  it('when it was cut, joined or doubled anywhere', () => {
    const [one, other] = [tokens.issue(ada('a')), tokens.issue(ada('admin'))];
    fc.assert(
      fc.property(fc.nat(one.length), fc.nat(other.length), (from, to) => {
        const made = one.slice(0, from) + other.slice(to);
        fc.pre(made !== one && made !== other);
        return accepted(made) === undefined;
      }),
      { numRuns: 500 },
    );
  });

  it('with any of its parts changed or cut off', () => {
    const [header, payload, signature] = tokens.issue(ada('a')).split('.') as [string, string, string];
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

  const token = tokens.issue(ada('a'));
  it.each(['', 'Bearer', 'Bearer ', token, `Basic ${token}`, ` Bearer ${token}`, `Bearer ${token} `])(
    'in the header %p',
    (header) => {
      expect(bearers.callerOf(header)).toBeUndefined();
    },
  );

  it.each([`Bearer ${token}, Bearer ${token}`, `Bearer ${token}\n`, `Bearer "${token}"`, `Bearer token=${token}`])(
    'in the header %p',
    (header) => {
      expect(bearers.callerOf(header)).toBeUndefined();
    },
  );

  it('but not because of the case of the scheme (RFC 9110, section 11.1)', () => {
    expect(bearers.callerOf(`bearer ${token}`)).toBeDefined();
  });
});
