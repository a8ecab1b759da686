import type { InternalTokenSigner } from '#libs/internal-token';
import type { Logger } from '#libs/observe';
import type { Policy } from './call.ts';
import type { Client, ClientOptions } from './client.ts';
import { GrpcClient } from './grpc-client.ts';
import { deadline } from './policies/deadline.ts';
import { witness } from './policies/witness.ts';
import { RestClient } from './rest-client.ts';

/** Makes the clients of all upstreams, with the same policies around every call, and closes them. */
export class UpstreamClients {
  private readonly clients: Client[] = [];
  /** The outermost first: what is witnessed is what the caller sees. */
  private readonly policies: readonly Policy[];

  constructor(
    private readonly tokens: InternalTokenSigner,
    logger: Logger,
  ) {
    this.policies = [witness(logger), deadline];
  }

  /** @param url `http://…` or `https://…` */
  rest(name: string, url: string): RestClient {
    return this.keep(new RestClient(url, this.optionsFor(name)));
  }

  /** @param address `host:port`, or `grpcs://host:port` for TLS */
  grpc(name: string, address: string): GrpcClient {
    return this.keep(new GrpcClient(address, this.optionsFor(name)));
  }

  /** Every client, in the order they were made. */
  all(): readonly Client[] {
    return this.clients;
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private optionsFor(name: string): ClientOptions {
    return { name, policies: this.policies, tokens: this.tokens };
  }

  private keep<C extends Client>(client: C): C {
    this.clients.push(client);
    return client;
  }
}
