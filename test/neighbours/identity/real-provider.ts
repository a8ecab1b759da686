import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { clientOf, configurationFor, INTERACTION_PATH } from '#apps/identity/configuration';
import { interact } from '#apps/identity/interactions';
import { freePort } from '#libs/testing';
import { KeptAdapter } from './kept-adapter.ts';
import {
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';

/** What a test wants to be different. */
export interface RealProviderOptions {
  /** Where browsers reach the gateway. */
  gatewayUrl: string;
  /** The name that browsers know it by. */
  host: string;
  /** Its issuer, if that is not its address. */
  issuerUrl?: string;
  client?: Partial<ClientMetadata>;
  configuration?: Partial<Configuration>;
}

/** oidc-provider, with the pages of the demo provider. */
export class RealProvider {
  /** How often tokens were given, by the kind of grant. */
  readonly grants = new Map<string, number>();
  /** The thumbprints of the keys that access tokens were bound to, in order; undefined for those that are bound to none. */
  readonly thumbprints: (string | undefined)[] = [];
  /** The same of the keys that codes were bound to. */
  readonly codeThumbprints: (string | undefined)[] = [];
  /** What went wrong there: reuse of a refresh token among it. */
  readonly errors: string[] = [];
  /** What is done before a request to the token endpoint is answered. */
  beforeTokens: (context: KoaContextWithOIDC) => Promise<void> = async () => {};
  /** What is done with its answer. */
  changeTokens: (body: Record<string, unknown>) => void = () => {};
  private readonly kept = new Map<string, AdapterPayload>();
  private readonly grantIds = new Set<string>();
  private provider!: Provider;
  private server!: Server;

  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly options: RealProviderOptions,
  ) {}

  get issuer(): string {
    return this.options.issuerUrl ?? this.url;
  }

  static async open(options: RealProviderOptions): Promise<RealProvider> {
    const port = await freePort();
    const opened = new RealProvider(`http://${options.host}:${port}`, port, options);
    await opened.start();
    return opened;
  }

  /** Starts it, with new keys. What it has given stays good: it is kept in this process. */
  async start(): Promise<void> {
    const { gatewayUrl, client, configuration } = this.options;
    const all = await configurationFor({ ...clientOf(gatewayUrl), ...client } as ClientMetadata);
    const features = { ...all.features, ...configuration?.features };
    const adapter = (model: string) => new KeptAdapter(model, this.kept);
    this.provider = new Provider(this.issuer, { ...all, ...configuration, adapter, features } as Configuration);
    this.provider.use((context, next) => this.token(context as KoaContextWithOIDC, next));
    this.provider.on('grant.success', ({ oidc }) => {
      const kind = String(oidc.params?.['grant_type']);
      this.grants.set(kind, (this.grants.get(kind) ?? 0) + 1);
      this.thumbprints.push(oidc.entities.AccessToken?.jkt);
      if (oidc.entities.Grant) this.grantIds.add(oidc.entities.Grant.jti);
    });
    this.provider.on('authorization.success', ({ oidc }) =>
      this.codeThumbprints.push(oidc.params?.['dpop_jkt'] as string | undefined),
    );
    this.provider.on('grant.error', (_context, error) =>
      this.errors.push(`${error.error}: ${error.error_detail ?? ''}`),
    );
    this.provider.on('backchannel.error', (_context, error) => this.errors.push(`logout token: ${error.message}`));
    this.provider.on('server_error', (_context, error) => this.errors.push(String(error.stack)));
    const answer = this.provider.callback();
    this.server = createServer((request, response) => {
      if (request.url!.startsWith(INTERACTION_PATH)) void interact(this.provider, request, response);
      else void answer(request, response);
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Takes back what every session was granted. */
  async revokeAll(): Promise<void> {
    for (const id of this.grantIds) await (await this.provider.Grant.find(id))?.destroy();
  }

  /** The number of refresh tokens that can be used. */
  get refreshTokens(): number {
    const all = [...this.kept].filter(([key]) => key.startsWith('RefreshToken:'));
    return all.filter(([, { consumed }]) => consumed === undefined).length;
  }

  /** Makes all logins there so much older, in seconds. */
  ageLogins(seconds: number): void {
    for (const [key, payload] of this.kept)
      if (key.startsWith('Session:') && payload.loginTs !== undefined) payload.loginTs -= seconds;
  }

  /** Posts a logout token for a user. @returns how the gateway answered: undefined where it took it */
  async backchannelLogout(sub: string, sid: string): Promise<number | undefined> {
    const client = (await this.provider.Client.find('atrium')) as unknown as {
      backchannelLogout(sub: string, sid: string): Promise<void>;
    };
    try {
      await client.backchannelLogout(sub, sid);
      return undefined;
    } catch (error) {
      return (error as { response?: { status: number } }).response?.status ?? 0;
    }
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async token(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    if (context.path !== '/token') return next();
    await this.beforeTokens(context);
    await next();
    if (context.status === 200) this.changeTokens(context.body as Record<string, unknown>);
  }
}
