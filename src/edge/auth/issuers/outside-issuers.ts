import { Config } from '#gateway/config/config';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import type { PublicKey } from '#gateway/edge/auth/keys/public-key';
import type { Compact } from '#gateway/edge/auth/tokens/compact';
import type { Verified } from '#gateway/edge/auth/tokens/verified';
import type { Caller } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { PinoLogger } from 'nestjs-pino';
import { RemoteKeys } from './remote-keys.ts';

/** So far may an issuer's clock be from ours, in seconds. */
const LEEWAY_SECONDS = 30;

interface Issuer {
  settings: IssuerSettings;
  keys: RemoteKeys;
}

/** Checks tokens of the identity providers in `ISSUERS_FILE`, with the keys that those publish. */
@Injectable()
export class OutsideIssuers {
  private readonly issuers: ReadonlyMap<string, Issuer>;

  constructor(
    private readonly jwt: JwtService,
    { ISSUERS_FILE }: Config,
    logger: PinoLogger,
  ) {
    this.issuers = new Map(
      ISSUERS_FILE.map((settings) => {
        const { issuer, jwksUrl } = settings;
        const onFailure = (err: unknown) => logger.warn({ err, issuer }, 'the keys of an issuer cannot be had');
        return [issuer, { settings, keys: new RemoteKeys(() => jwksUrl, onFailure) }];
      }),
    );
  }

  /** Whose access token this is; undefined if it is of no issuer we know, or not valid. */
  verify(token: string, compact: Compact): Verified | undefined | Promise<Verified | undefined> {
    const { header, payload } = compact;
    const issuer = this.issuers.get(String(payload['iss']));
    if (!issuer || !issuer.settings.types.includes(typeOf(header))) return undefined;
    const verified = (key: PublicKey | undefined) => {
      const claims = this.checked(token, compact, key, issuer.settings.audience);
      return claims && verifiedBy(claims, issuer.settings);
    };
    const key = keyOf(compact, issuer);
    return key instanceof Promise ? key.then(verified) : verified(key);
  }

  /** The claims of a token of an issuer, for this audience; undefined if it is not valid. Its type is the caller's to check. */
  async claimsOf(token: string, compact: Compact, audience: string): Promise<Record<string, unknown> | undefined> {
    const issuer = this.issuers.get(String(compact.payload['iss']));
    return issuer && this.checked(token, compact, await keyOf(compact, issuer), audience);
  }

  /** For whom an issuer says these claims are; undefined for nobody. */
  callerIn(claims: Record<string, unknown>): Caller | undefined {
    const issuer = this.issuers.get(String(claims['iss']));
    return issuer && callerIn(claims, issuer.settings);
  }

  private checked(
    token: string,
    { header, payload }: Compact,
    key: PublicKey | undefined,
    audience: string,
  ): Record<string, unknown> | undefined {
    if (!key || header['alg'] !== key.algorithm || 'crit' in header) return undefined;
    try {
      return this.jwt.verify<Record<string, unknown>>(token, {
        publicKey: key.key as never,
        algorithms: [key.algorithm],
        issuer: String(payload['iss']),
        audience,
        clockTolerance: LEEWAY_SECONDS,
      });
    } catch {
      return undefined;
    }
  }
}

function keyOf({ header }: Compact, { keys }: Issuer): PublicKey | undefined | Promise<PublicKey | undefined> {
  return typeof header['kid'] === 'string' ? keys.withId(header['kid']) : undefined;
}

function verifiedBy(claims: Record<string, unknown>, settings: IssuerSettings): Verified | undefined {
  const caller = callerIn(claims, settings);
  if (!caller || typeof claims['exp'] !== 'number') return undefined;
  return { caller, expiresAt: (claims['exp'] + LEEWAY_SECONDS) * 1000 };
}

function callerIn(claims: Record<string, unknown>, { userIdClaim, scopeClaim, scopes }: IssuerSettings) {
  const id = claims[userIdClaim];
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) return undefined;
  const said = claims[scopeClaim];
  const words = Array.isArray(said) ? said.map(String) : typeof said === 'string' ? said.split(' ') : [];
  return { id, scopes: [...new Set(words.flatMap((word) => (Object.hasOwn(scopes, word) ? scopes[word]! : [])))] };
}

/** The media type of a token (RFC 7515, section 4.1.9): the prefix may be left out, and case does not count. */
const typeOf = ({ typ }: Record<string, unknown>): string =>
  typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
