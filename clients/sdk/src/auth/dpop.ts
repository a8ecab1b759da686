import type { Client } from '../client.ts';
import type { Auth, AuthRequest, HeaderMap } from './auth.ts';
import { type Bearer, bearerWith, type BearerOptions } from './bearer.ts';

/** The key that tokens are bound to. */
export interface BindingKey {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** Where the key is kept, for example `indexedDbKeys()`. It must survive as long as the store of the tokens. */
export interface KeyStore {
  load(): Promise<BindingKey | null>;
  /** Keeps a key, unless there is one: two tabs may begin together. */
  save(keys: BindingKey): Promise<void>;
}

/** What DPoP mode is made with. */
export interface DpopOptions extends BearerOptions {
  /** By default the key is kept in memory and ends with the page, as tokens without a `store` do. */
  readonly keyStore?: KeyStore;
}

/** ECDSA on P-256 with SHA-256, which every WebCrypto has. */
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };

/**
 * Tokens that are bound to a key (DPoP, RFC 9449), which renew themselves as those of `bearer`. Each request is signed with a
 * private key that scripts can use but not read, so that a stolen token is worth nothing elsewhere. Needs WebCrypto, which
 * browsers have on `https:` and `localhost` alone.
 */
export function dpop({ keyStore, ...options }: DpopOptions = {}): Bearer {
  const prove = prover(keyStore);
  const isToRepeat = prove.hear;
  const proofs: Auth = {
    headers: async (_client, request) => ({ dpop: await prove(request) }),
    renew: async () => false,
    isToRepeat,
  };
  const tokens = bearerWith(options, proofs);
  return {
    ...tokens,
    signsAnonymous: true,
    isToRepeat,
    headers: async (client: Client, request: AuthRequest): Promise<HeaderMap> => {
      if (request.isAnonymous) return { dpop: await prove(request) };
      const { authorization } = await tokens.headers(client, request);
      if (!authorization) return {};
      return { authorization, dpop: await prove(request, authorization.slice(authorization.indexOf(' ') + 1)) };
    },
  };
}

/** Makes proofs with one key and the latest nonce of the gateway. */
function prover(keyStore: KeyStore | undefined) {
  let signer: Promise<{ key: CryptoKey; header: string }> | undefined;
  let nonce: string | undefined;
  let hashed = { token: '', ath: '' };

  const prepare = async () => {
    const keys = (await keyStore?.load()) ?? (await newKeys());
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
    return { key: keys.privateKey, header: encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }) };
  };
  const newKeys = async () => {
    const keys: BindingKey = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']);
    await keyStore?.save(keys);
    return (await keyStore?.load()) ?? keys;
  };
  const hashOf = async (token: string) => {
    if (hashed.token !== token)
      hashed = { token, ath: base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))) };
    return hashed.ath;
  };

  async function prove({ method, url }: AuthRequest, token?: string): Promise<string> {
    // A key that could not be had is asked for again by the next call.
    const { key, header } = await (signer ??= prepare().catch((error: unknown) => {
      signer = undefined;
      throw error;
    }));
    const { origin, pathname } = new URL(url, (globalThis as { location?: { href: string } }).location?.href);
    const text = `${header}.${encoded({
      jti: base64url(crypto.getRandomValues(new Uint8Array(16)).buffer),
      htm: method,
      htu: origin + pathname,
      iat: Math.floor(Date.now() / 1000),
      ...(token !== undefined && { ath: await hashOf(token) }),
      ...(nonce !== undefined && { nonce }),
    })}`;
    return `${text}.${base64url(await crypto.subtle.sign(SIGNATURE, key, new TextEncoder().encode(text)))}`;
  }

  /** Keeps the nonce of a response. @returns whether the response demands it (RFC 9449, sections 8 and 9) */
  const hear = ({ headers, status }: Response): boolean => {
    const given = headers.get('dpop-nonce');
    if (!given) return false;
    nonce = given;
    return (
      status === 400 || (status === 401 && (headers.get('www-authenticate') ?? '').includes('use_dpop_nonce'))
    );
  };
  return Object.assign(prove, { hear });
}

const encoded = (part: object): string => base64url(new TextEncoder().encode(JSON.stringify(part)).buffer);

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
