import { isDeepStrictEqual } from 'node:util';
import { Config } from '#gateway/config/config';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import type { PublicKey } from '#gateway/identity/keys/public-key';
import { boundTo } from '#gateway/identity/jwt/confirmation';
import type { Compact } from '#gateway/identity/jwt/compact';
import type { Verified } from '#gateway/identity/jwt/verified';
import type { Caller } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { PinoLogger } from 'nestjs-pino';
import type { Agent } from 'undici';
import { callerIn, type Claims, isFor } from './claims.ts';
import { Introspection } from './introspection.ts';
import { caOf, fetchOver, issuerAgent } from './issuer-agent.ts';
import { RemoteKeys } from './remote-keys.ts';

/** The accepted clock skew of issuers, in seconds. */
const LEEWAY_SECONDS = 30;

/** A signed JWT, even if malformed: its header begins like JSON in base64url, and it has three parts. */
const SIGNED = /^eyJ[^.]*\.[^.]*\.[^.]*$/;

/** The message of jsonwebtoken for a token that another key may have signed: it checks claims after the signature. */
const SIGNED_BY_ANOTHER = 'invalid signature';

interface Issuer {
  settings: IssuerSettings;
  /** Its CA certificates, if they are not Node's defaults. */
  ca: string | undefined;
  keys: RemoteKeys | undefined;
  introspection: Introspection | undefined;
  /** The HTTP agent for its certificates, if they are not Node's defaults. */
  agent: Agent | undefined;
}

/** Verifies tokens of the identity providers in `ISSUERS_FILE`, with their published keys or by introspection. */
@Injectable()
export class OutsideIssuers implements OnApplicationShutdown {
  private issuers: ReadonlyMap<string, Issuer> = new Map();
  private opaque: Introspection | undefined;
  /** Grows when issuers change: what was verified before no longer holds. */
  generation = 0;

  constructor(
    private readonly jwt: JwtService,
    config: Config,
    private readonly logger: PinoLogger,
  ) {
    this.use(config);
  }

  /** Uses changed issuers from now on; those with the same settings keep their keys and connections. */
  apply(config: Config): void {
    const before = this.issuers;
    this.use(config);
    const isSame = [...this.issuers].every(([name, issuer]) => before.get(name) === issuer);
    if (isSame && before.size === this.issuers.size) return;
    const agents = new Set([...this.issuers.values()].map(({ agent }) => agent));
    const replaced = [...before.values()].flatMap(({ agent }) => (agent && !agents.has(agent) ? [agent] : []));
    this.generation += 1;
    // Requests under way still use them.
    for (const agent of replaced) void agent.close().catch(() => {});
  }

  private use(config: Config): void {
    const all = config.ISSUERS_FILE.map((settings): [string, Issuer] => {
      const ca = caOf(config, settings);
      const known = this.issuers.get(settings.issuer);
      const isSame = known?.ca === ca && isDeepStrictEqual(known?.settings, settings);
      return [settings.issuer, isSame ? known! : this.issuer(settings, ca)];
    });
    this.issuers = new Map(all);
    this.opaque = all.find(([, { introspection }]) => introspection)?.[1].introspection;
  }

  private issuer(settings: IssuerSettings, ca: string | undefined): Issuer {
    const { issuer, jwksUrl } = settings;
    const warn = (what: string) => (err: unknown) => this.logger.warn({ err, issuer }, what);
    const agent = issuerAgent(ca);
    const keys = jwksUrl
      ? new RemoteKeys(jwksUrl, warn('the keys of an issuer cannot be fetched'), agent)
      : undefined;
    const failed = warn('the token introspection of an issuer failed');
    const introspection = settings.introspection
      ? new Introspection(settings, settings.introspection, failed, agent && fetchOver(agent))
      : undefined;
    return { settings, ca, keys, introspection, agent };
  }

  /**
   * Verifies an access token; undefined if its issuer is unknown, or if it is not valid.
   * @param compact the parsed token; undefined for an opaque one
   * @throws {GatewayError} OVERLOADED if that cannot be known now, as a rejection
   */
  verify(token: string, compact: Compact | undefined): Verified | undefined | Promise<Verified | undefined> {
    if (!compact) return SIGNED.test(token) ? undefined : this.opaque?.introspect(token);
    const issuer = this.issuers.get(String(compact.payload['iss']));
    if (!issuer?.settings.types.includes(typeOf(compact.header))) return undefined;
    if (!issuer.keys) return issuer.introspection?.introspect(token);
    // Checked first, so that no keys are fetched for an unusable token.
    if (!isFor(compact.payload, issuer.settings)) return undefined;
    const claims = this.checked(token, compact, issuer.keys);
    return claims instanceof Promise
      ? claims.then((found) => verifiedBy(found, issuer.settings))
      : verifiedBy(claims, issuer.settings);
  }

  /**
   * The verified claims of an issuer's token for this audience; undefined if it is not valid. The caller checks its type.
   * @throws {GatewayError} OVERLOADED
   */
  async claimsOf(token: string, compact: Compact, audience: string): Promise<Claims | undefined> {
    const issuer = this.issuers.get(String(compact.payload['iss']));
    const isOurs = issuer?.keys && isFor(compact.payload, { audience, audienceClaim: 'aud' });
    return isOurs ? this.checked(token, compact, issuer.keys!) : undefined;
  }

  /** The caller that an issuer's claims identify; undefined without a user id. */
  callerIn(claims: Claims): Caller | undefined {
    const issuer = this.issuers.get(String(claims['iss']));
    return issuer && callerIn(claims, issuer.settings);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.issuers.values()].map(async ({ agent }) => agent?.destroy()));
  }

  private checked(
    token: string,
    { header, payload }: Compact,
    keys: RemoteKeys,
  ): Claims | undefined | Promise<Claims | undefined> {
    const { exp } = payload;
    const isOver = typeof exp === 'number' && exp + LEEWAY_SECONDS <= Date.now() / 1000;
    if (isOver || 'crit' in header) return undefined;
    const check = () => this.checkedWith(keys.fitting(header), token, payload);
    const claims = check();
    if (claims !== 'signed by no key') return claims;
    const isKnown = keys.has(header);
    const refreshed = isKnown
      ? keys.refreshReplaced()
      : keys.refreshFor(header, token.slice(token.lastIndexOf('.')));
    return refreshed.then(check).then((again) => (again === 'signed by no key' ? undefined : again));
  }

  private checkedWith(
    keys: readonly PublicKey[],
    token: string,
    { iss }: Claims,
  ): Claims | 'signed by no key' | undefined {
    for (const { key, algorithm } of keys) {
      try {
        return this.jwt.verify<Record<string, unknown>>(token, {
          publicKey: key as never,
          algorithms: [algorithm],
          issuer: String(iss),
          clockTolerance: LEEWAY_SECONDS,
        });
      } catch (error) {
        if ((error as Error).message !== SIGNED_BY_ANOTHER) return undefined;
      }
    }
    return 'signed by no key';
  }
}

function verifiedBy(claims: Claims | undefined, settings: IssuerSettings): Verified | undefined {
  const caller = claims && callerIn(claims, settings);
  const thumbprint = claims && boundTo(claims);
  if (!caller || thumbprint === false || typeof claims['exp'] !== 'number') return undefined;
  return { caller, expiresAt: (claims['exp'] + LEEWAY_SECONDS) * 1000, thumbprint };
}

/** The media type of a token (RFC 7515, section 4.1.9), in lower case and without the optional prefix. */
const typeOf = ({ typ }: Record<string, unknown>): string =>
  typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
