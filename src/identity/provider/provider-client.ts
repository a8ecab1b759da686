import { isDeepStrictEqual } from 'node:util';
import { Config } from '#gateway/config/config';
import { CLIENT_SECRET_METHODS } from '#gateway/config/issuers-file';
import { clientAuthentication } from '#gateway/identity/issuers/client-authentication';
import { httpClient } from '#gateway/identity/issuers/http-client';
import { caOf, fetchOver, issuerAgent } from '#gateway/identity/issuers/issuer-agent';
import { recordedFetch } from '#gateway/identity/issuers/issuer-spans';
import { GatewayError } from '#libs/errors';
import { DetachedWork } from '#libs/upstream';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type * as OAuth from 'oauth4webapi';
import type { Agent } from 'undici';
import { IdTokens } from './id-tokens.ts';
import { Refusal } from './refusal.ts';
import { withinOrigin } from './within-origin.ts';

/** Not loaded without a provider. */
const library = () => import('oauth4webapi');

const NOT_FOUND = 404;
const TIMEOUT_MS = 5_000;
/** The accepted clock skew of the provider, in seconds. */
const LEEWAY_SECONDS = 30;
/** The age at which the provider's metadata is fetched again, in milliseconds. */
const OLD_MS = 3_600_000;
/** How long requests under way may take once the gateway stops, in milliseconds: less than the process waits for its end. */
const GRACE_MS = 8_000;

/** What requests to the provider need: the library, the provider's metadata, and the gateway's client authentication. */
export interface Connection {
  oauth: typeof OAuth;
  /** The provider's metadata (RFC 8414). */
  server: OAuth.AuthorizationServer;
  client: OAuth.Client;
  auth: OAuth.ClientAuth;
  idTokens: IdTokens;
  /** The next DPoP nonces (RFC 9449, section 8), by the origin that requires them. */
  nonces: Map<string, string>;
  /** The options of a request: trusted certificates and timeout. */
  options(timeoutMs?: number): { signal: AbortSignal };
}

interface Discovered {
  connection: Connection;
  at: number;
}

/** The gateway as a client of the OpenID provider `OIDC_ISSUER`. */
@Injectable()
export class ProviderClient implements BeforeApplicationShutdown, OnApplicationShutdown {
  /** Undefined without a provider. */
  private agent: Agent | undefined;
  private ca: string | undefined;
  private readonly nonces = new Map<string, string>();
  private known: Discovered | undefined;
  private connecting: Promise<Connection> | undefined;

  private late: NodeJS.Timeout | undefined;

  constructor(
    private config: Config,
    private readonly work: DetachedWork,
  ) {
    if (!config.OIDC_ISSUER) return;
    this.ca = providerCa(config);
    this.agent = agentFor(this.ca);
  }

  /** Trusts changed certificates, and authenticates with changed credentials, from now on. */
  apply(config: Config): void {
    const names = ['OIDC_CLIENT_SECRET', 'OIDC_CLIENT_KEY'] as const;
    const isSame = names.every((name) => isDeepStrictEqual(config[name], this.config[name]));
    if (!isSame) this.known = undefined;
    this.config = config;
    const ca = providerCa(config);
    if (!this.agent || ca === this.ca) return;
    // Requests under way still use it.
    void this.agent.close().catch(() => {});
    this.ca = ca;
    this.agent = agentFor(ca);
  }

  /**
   * Fetches the provider's metadata, if it is missing or old. While the provider is down, the old metadata stays in use.
   * @throws {GatewayError} NOT_FOUND without a provider, UPSTREAM_UNAVAILABLE if it cannot be reached
   */
  async connect(): Promise<Connection> {
    const { known } = this;
    if (known && performance.now() - known.at < OLD_MS) return known.connection;
    if (!this.config.OIDC_ISSUER)
      throw new GatewayError('NOT_FOUND', { detail: 'No outside provider is configured.' });
    this.connecting ??= this.discover().finally(() => (this.connecting = undefined));
    try {
      return await this.connecting;
    } catch (cause) {
      if (known) return known.connection;
      const detail = 'The provider cannot be reached: try again.';
      throw new GatewayError('UPSTREAM_UNAVAILABLE', { detail, cause });
    }
  }

  /** Gives up requests that are not answered within eight seconds from now. New ones are still sent until the gateway ends. */
  close(): void {
    this.late ??= setTimeout(() => void this.agent?.destroy(), GRACE_MS).unref();
  }

  beforeApplicationShutdown(): void {
    this.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.work.settled();
    clearTimeout(this.late);
    await this.agent?.destroy();
  }

  private async discover(): Promise<Connection> {
    const { OIDC_ISSUER, OIDC_METADATA_URL, OIDC_CLIENT_ID } = this.config;
    const oauth = await library();
    const issuer = new URL(OIDC_ISSUER!);
    const { nonces } = this;
    const isPlain = [issuer.href, OIDC_METADATA_URL].some((url) => url?.startsWith('http:'));
    const send = recordedFetch(((url, how) => fetchOver(this.agent!)(url, how)) as typeof fetch);
    const fetchOf = notingNonces(send, nonces);
    const options = (timeoutMs = TIMEOUT_MS) => ({
      signal: AbortSignal.timeout(timeoutMs),
      [oauth.customFetch]: fetchOf,
      [oauth.allowInsecureRequests]: isPlain,
    });
    const follow = withinOrigin(fetchOf);
    // The library derives the URL from the issuer.
    const get = ((url: string, how: RequestInit) => follow(OIDC_METADATA_URL ?? url, how)) as typeof fetch;
    const metadataOf = (algorithm: 'oidc' | 'oauth2') =>
      oauth.discoveryRequest(issuer, { ...options(), [oauth.customFetch]: get, algorithm });
    let response = await metadataOf('oidc');
    if (response.status === NOT_FOUND && OIDC_METADATA_URL === undefined) {
      await response.body?.cancel();
      // RFC 8414 inserts its path before that of the issuer.
      response = await metadataOf('oauth2');
    }
    const server = await oauth.processDiscoveryResponse(issuer, response).catch((error: unknown) => {
      throw issuerIn(error) === undefined ? error : anotherIssuer(issuerIn(error), OIDC_ISSUER);
    });
    // The library compares URLs; tokens are compared exactly, with ISSUERS_FILE.
    if (server.issuer !== OIDC_ISSUER) throw anotherIssuer(server.issuer, OIDC_ISSUER);
    const client = { client_id: OIDC_CLIENT_ID!, [oauth.clockTolerance]: LEEWAY_SECONDS };
    const auth = await this.authentication(oauth, server);
    const idTokens = new IdTokens(server, OIDC_CLIENT_ID!, fetchOf);
    const connection = { oauth, server, client, auth, idTokens, nonces, options };
    this.known = { connection, at: performance.now() };
    return connection;
  }

  private authentication(oauth: typeof OAuth, server: OAuth.AuthorizationServer): Promise<OAuth.ClientAuth> {
    const { OIDC_CLIENT_SECRET: secret, OIDC_CLIENT_KEY: key, OIDC_CLIENT_AUTH: chosen } = this.config;
    const methods = server.token_endpoint_auth_methods_supported;
    const method = chosen === 'auto' ? CLIENT_SECRET_METHODS.find((one) => methods?.includes(one)) : chosen;
    const algorithms = server.token_endpoint_auth_signing_alg_values_supported;
    return clientAuthentication(oauth, { secret, key, method, algorithms });
  }
}

/** The issuer in metadata that the library refused for it. */
const issuerIn = (error: unknown): unknown =>
  ((error as Error).cause as { body?: { issuer?: unknown } } | undefined)?.body?.issuer;

const anotherIssuer = (given: unknown, expected: string | undefined): Refusal =>
  new Refusal(`the provider's issuer is ${String(given)}, not ${expected}`);

const providerCa = (config: Config): string | undefined => {
  const settings = config.ISSUERS_FILE.find(({ issuer }) => issuer === config.OIDC_ISSUER);
  return settings && caOf(config, settings);
};

const agentFor = (ca: string | undefined): Agent => issuerAgent(ca) ?? new (httpClient().Agent)();

const notingNonces = (send: typeof fetch, nonces: Map<string, string>): typeof fetch =>
  (async (url: string, options: RequestInit) => {
    const response = await send(url, options);
    const nonce = response.headers.get('dpop-nonce');
    if (nonce) nonces.set(new URL(url).origin, nonce);
    return response;
  }) as typeof fetch;
