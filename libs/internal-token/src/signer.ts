import { createHmac, type KeyObject } from 'node:crypto';
import { type InternalCaller, ISSUER, LIFETIME_SECONDS } from './caller.ts';
import { type InternalTokenKey, keyObject, signsFrom } from './key.ts';

/** A cached token is replaced this long before it expires, so that it outlives the call, in milliseconds. */
const SPARE_MS = 15_000;

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The header, encoded here: jsonwebtoken's validation of the claims would take four times as long as signing. */
const HEADER = base64url({ alg: 'HS256', typ: 'JWT' });

/** The maximum number of cached tokens; beyond it the oldest is evicted. */
const MAX_CACHED = 10_000;

interface CachedToken {
  token: string;
  /** By `performance.now()`, and by the wall clock, which services use and which may be moved. */
  signedAt: number;
  signedAtWall: number;
}

/** Signs the tokens that authenticate a caller to an upstream, and caches them per caller and upstream. */
export class InternalTokenSigner {
  private keys: readonly { key: KeyObject; signsFrom: number }[] = [];
  private readonly cachedTokens = new Map<string, CachedToken>();

  /** @param keys the first one whose time has come signs */
  constructor(...keys: readonly InternalTokenKey[]) {
    this.use(keys);
  }

  /** Signs with other keys from now on. */
  use(keys: readonly InternalTokenKey[]): void {
    const next = keys.map((key) => ({ key: keyObject(key), signsFrom: signsFrom(key) }));
    const before = this.keys.length ? this.current : undefined;
    this.keys = next;
    // Tokens of a key that signs no more by the clock are accepted for longer than they are kept.
    if (!before?.equals(this.current)) this.cachedTokens.clear();
  }

  private get current(): KeyObject {
    const now = Date.now();
    return (this.keys.find((one) => one.signsFrom <= now) ?? this.keys.at(-1)!).key;
  }

  /** Returns a token for `caller` that only `audience` accepts. */
  sign(caller: InternalCaller, audience: string): string {
    const key = `${audience} ${caller.id ?? ''} ${caller.scopes.join(' ')}`;
    const found = this.cachedTokens.get(key);
    if (found && isFresh(found)) return found.token;
    return this.cacheToken(key, this.fresh(caller, audience));
  }

  private fresh(caller: InternalCaller, audience: string): string {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ISSUER,
      aud: audience,
      sub: caller.id || undefined,
      scope: caller.scopes.join(' '),
      iat,
      exp: iat + LIFETIME_SECONDS,
    };
    const signed = `${HEADER}.${base64url(claims)}`;
    return `${signed}.${createHmac('sha256', this.current).update(signed).digest('base64url')}`;
  }

  private cacheToken(key: string, token: string): string {
    this.cachedTokens.delete(key);
    this.cachedTokens.set(key, { token, signedAt: performance.now(), signedAtWall: Date.now() });
    if (this.cachedTokens.size > MAX_CACHED) this.cachedTokens.delete(this.cachedTokens.keys().next().value!);
    return token;
  }
}

function isFresh({ signedAt, signedAtWall }: CachedToken): boolean {
  const maxMs = LIFETIME_SECONDS * 1000 - SPARE_MS;
  const wallAgeMs = Date.now() - signedAtWall;
  return performance.now() - signedAt < maxMs && wallAgeMs >= 0 && wallAgeMs < maxMs;
}
