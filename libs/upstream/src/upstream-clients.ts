import type { InternalTokenSigner } from '#libs/internal-token';
import type { OpenApiDocument } from './answer-schema.ts';
import type { UpstreamClient, ClientOptions, OnTry } from './client.ts';
import type { OnCall } from './observe-calls.ts';
import { GrpcClient, type GrpcClientOptions } from './grpc-client.ts';
import { RestClient } from './rest-client.ts';
import { SharedStreams } from './shared-streams.ts';
import { type UpstreamSettings, upstreamSettings } from './settings.ts';
import type { TlsFileError } from './tls-files.ts';
import { Upstream } from './upstream.ts';

/** Options of the clients of all upstreams. */
export interface UpstreamClientsOptions {
  tokens: InternalTokenSigner;
  /** The policy settings by upstream; defaults for others. */
  settings?: Readonly<Record<string, UpstreamSettings>>;
  /** The request timeout if the client does not lower it, in milliseconds. */
  requestTimeoutMs?: number;
  /** The gRPC implementation, `http2` by default, and its connection settings. */
  grpc?: Pick<GrpcClientOptions, 'implementation' | 'connections'>;
  /** Called for every call; without it calls are not recorded, only their tries. */
  onCall?: OnCall;
  /** Is called when changed TLS files of an upstream cannot be used: the last good ones stay in use. */
  onTlsRefused?: (upstream: string, error: TlsFileError) => void;
}

/** Makes the clients of all upstreams, with the same policies around every call, and closes them. */
export class UpstreamClients {
  private readonly clients: UpstreamClient[] = [];
  /** The configured addresses of each upstream, without passwords. */
  private readonly targets = new Map<UpstreamClient, readonly string[]>();
  private readonly listeners: OnTry[] = [];
  private readonly streams: [upstream: string, SharedStreams<unknown>][] = [];

  constructor(private readonly options: UpstreamClientsOptions) {}

  /**
   * @param urls `http://…`, `https://…` or `unix:/path`, one or more
   * @param document its OpenAPI document, which answers are checked against
   * @param apiKey the credential of a third-party upstream, sent in place of internal tokens
   */
  rest(name: string, urls: readonly string[], document?: OpenApiDocument, apiKey?: string): RestClient {
    return this.keep(new RestClient(urls, { ...this.optionsFor(name), apiKey }, document), urls);
  }

  /** @param addresses as `parseTarget` of `libs/endpoints` reads them, one or more */
  grpc(name: string, addresses: readonly string[]): GrpcClient {
    return this.keep(new GrpcClient(addresses, { ...this.optionsFor(name), ...this.options.grpc }), addresses);
  }

  /** Keeps the shared streams among the properties of an adapter: `close` ends them before the connections. */
  keepStreams(name: string, adapter: object): void {
    for (const value of Object.values(adapter))
      if (value instanceof SharedStreams) this.streams.push([name, value]);
  }

  /** How many shared streams are open, by the name of their upstream. */
  openStreams(): Map<string, number> {
    const open = new Map<string, number>();
    for (const [name, { size }] of this.streams) open.set(name, (open.get(name) ?? 0) + size);
    return open;
  }

  /** Calls `listener` for every try from now on. */
  watchTries(listener: OnTry): void {
    this.listeners.push(listener);
  }

  /** All clients, in the order they were made. */
  all(): readonly UpstreamClient[] {
    return this.clients;
  }

  /**
   * The state of every upstream, for operators: `targets` are the configured addresses, `addresses` the resolved
   * ones.
   */
  report() {
    return this.clients.map((client) => ({
      ...client.upstream.report(),
      targets: this.targets.get(client)!,
      transport: client.stats,
      addresses: client.addresses(),
    }));
  }

  /**
   * Why these settings cannot be applied without a restart, one entry each: an unknown upstream, or TLS that is added or
   * removed. Empty if they can.
   */
  refusals(settings: Readonly<Record<string, UpstreamSettings>>): { path: string; why: string }[] {
    const known = this.clients.map(({ upstream }) => upstream.name);
    const unknown = Object.keys(settings).filter((name) => !known.includes(name));
    const others = this.clients.filter(({ upstream }) => !upstream.settings.tls !== !settings[upstream.name]?.tls);
    return [
      ...unknown.map((name) => ({ path: name, why: `the upstreams are ${known.join(', ')}` })),
      ...others.map(({ upstream: { name } }) => ({
        path: `${name}.tls`,
        why: 'is added or removed by a restart only',
      })),
    ];
  }

  /** Replaces the policy settings of all upstreams at once; those without an entry get the defaults. */
  apply(settings: Readonly<Record<string, UpstreamSettings>>): void {
    for (const client of this.clients) client.apply(settings[client.upstream.name] ?? upstreamSettings.parse({}));
  }

  /** Ends the shared streams and closes every connection. */
  async close(): Promise<void> {
    for (const [, streams] of this.streams) streams.close();
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private optionsFor(name: string): ClientOptions {
    const { tokens, settings = {}, requestTimeoutMs, onCall } = this.options;
    const onTlsRefused = (error: TlsFileError) => this.options.onTlsRefused?.(name, error);
    const onTry: OnTry = (...ended) => this.listeners.forEach((listener) => listener(...ended));
    const upstream = new Upstream(name, settings[name] ?? upstreamSettings.parse({}), requestTimeoutMs, onCall);
    return { upstream, tokens, onTry, onTlsRefused };
  }

  private keep<C extends UpstreamClient>(client: C, addresses: readonly string[]): C {
    this.clients.push(client);
    this.targets.set(
      client,
      addresses.map((address) => address.replace(/\/\/[^/]*@/, '//')),
    );
    return client;
  }
}
