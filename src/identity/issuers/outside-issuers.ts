import { isDeepStrictEqual } from 'node:util';
import { Config } from '#gateway/config/config';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import { bindingOf } from '#gateway/identity/jwt/confirmation';
import type { Compact } from '#gateway/identity/jwt/compact';
import { hasSigned } from '#gateway/identity/jwt/signatures';
import { hashOf, type Verified } from '#gateway/identity/jwt/verified';
import type { Caller } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Agent } from 'undici';
import { callerIn, type Claims, isFor, isMissing } from './claims.ts';
import { failureReason } from './failure-reason.ts';
import { Introspection } from './introspection.ts';
import { caOf, fetchOver, issuerAgent } from './issuer-agent.ts';
import { RemoteKeys } from './remote-keys.ts';

/** The accepted clock skew of issuers, in seconds. */
const LEEWAY_SECONDS = 30;

/** A signed JWT, even if malformed: its header begins like JSON in base64url, and it has three parts. */
const SIGNED = /^eyJ[^.]*\.[^.]*\.[^.]*$/;

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
  /** The hash of METRICS_TOKEN, which is opaque too: it is shown to no issuer, wherever a scraper sends it. */
  private metricsToken: string | undefined;
  /** Grows when issuers change: what was verified before no longer holds. */
  generation = 0;

  constructor(
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
    this.metricsToken = config.METRICS_TOKEN && hashOf(config.METRICS_TOKEN);
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
    const failed = (err: unknown) =>
      this.logger.warn({ err, reason: failureReason(err), issuer }, 'the token introspection of an issuer failed');
    const introspection = settings.introspection
      ? new Introspection(settings, settings.introspection, failed, agent && fetchOver(agent))
      : undefined;
    return { settings, ca, keys, introspection, agent };
  }

  /** Whether opaque tokens are shown to an issuer. */
  get introspectsOpaque(): boolean {
    return this.opaque !== undefined;
  }

  /**
   * Verifies an access token; undefined if its issuer is unknown, or if it is not valid.
   * @param compact the parsed token; undefined for an opaque one
   * @throws {GatewayError} OVERLOADED if that cannot be known now, as a rejection
   */
  verify(token: string, compact: Compact | undefined): Verified | undefined | Promise<Verified | undefined> {
    if (!compact) return this.introspected(token);
    const issuer = this.issuers.get(compact.payload['iss'] as string);
    if (!issuer?.settings.types.includes(typeOf(compact.header))) return undefined;
    if (!issuer.keys) return issuer.introspection?.introspect(token);
    // Checked first, so that no keys are fetched for an unusable token.
    if (!isFor(compact.payload, issuer.settings)) return undefined;
    const claims = this.checked(token, compact, issuer.keys);
    return claims instanceof Promise
      ? claims.then((found) => verifiedBy(found, issuer.settings))
      : verifiedBy(claims, issuer.settings);
  }

  /** The caller that an issuer's claims identify; undefined without a user id. */
  callerIn(claims: Claims): Caller | undefined {
    const issuer = this.issuers.get(String(claims['iss']));
    return issuer && callerIn(claims, issuer.settings);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.issuers.values()].map(async ({ agent }) => agent?.destroy()));
  }

  private introspected(token: string): Promise<Verified | undefined> | undefined {
    if (!this.opaque || SIGNED.test(token) || hashOf(token) === this.metricsToken) return undefined;
    return this.opaque.introspect(token);
  }

  private checked(
    token: string,
    { header, payload }: Compact,
    keys: RemoteKeys,
  ): Claims | undefined | Promise<Claims | undefined> {
    if (!isTimely(payload) || 'crit' in header) return undefined;
    const at = token.lastIndexOf('.');
    const [signed, signature] = [token.slice(0, at), Buffer.from(token.slice(at + 1), 'base64url')];
    const isSigned = () => keys.fitting(header).some((key) => hasSigned(key, header['alg'], signed, signature));
    if (isSigned()) return payload;
    const refreshed = keys.has(header) ? keys.refreshReplaced() : keys.refreshFor(header, token.slice(at));
    return refreshed.then(() => (isSigned() ? payload : undefined));
  }
}

function verifiedBy(claims: Claims | undefined, settings: IssuerSettings): Verified | undefined {
  const caller = claims && callerIn(claims, settings);
  const binding = claims && bindingOf(claims);
  if (!caller || !binding) return undefined;
  const expiresAt = ((claims['exp'] as number) + LEEWAY_SECONDS) * 1000;
  return { caller, expiresAt, thumbprint: binding.thumbprint };
}

/** Whether a token has begun and has not expired; both times are numbers (RFC 7519, sections 4.1.4 and 4.1.5). */
function isTimely({ exp, nbf }: Claims): boolean {
  const now = Date.now() / 1000;
  const isOver = typeof exp !== 'number' || exp + LEEWAY_SECONDS <= now;
  const hasBegun = isMissing(nbf) || (typeof nbf === 'number' && nbf - LEEWAY_SECONDS <= now);
  return hasBegun && !isOver;
}

/** The media type of a token (RFC 7515, section 4.1.9), in lower case and without the optional prefix. */
const typeOf = ({ typ }: Record<string, unknown>): string =>
  typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
