import type { MethodDefinition } from '@grpc/grpc-js';
import { Client as Channel, credentials, Metadata } from '@grpc/grpc-js';
import { service as health } from 'grpc-health-check';
import type { Call, CallTraits } from './call.ts';
import type { Client, ClientOptions } from './client.ts';
import type { Context } from './context.ts';
import { Endpoints } from './endpoints.ts';
import { exchange } from './grpc-exchange.ts';
import { Latencies } from './latencies.ts';
import { withPolicies } from './policies.ts';
import { anyReady } from './readiness.ts';

const CHANNEL_OPTIONS = {
  // Our policies decide what is tried again, and Endpoints where.
  'grpc.enable_retries': 0,
  // A service that is back is noticed within half a second.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_receive_message_length': 10 * 1024 * 1024,
  // Channels to the same address are not shared: each closes what it opened.
  'grpc.use_local_subchannel_pool': 1,
};

const SERVING = 1;

/** Standard methods that have no effect (AIP-131, AIP-132, AIP-231), by the first word of their name. */
const READS = /^(Get|List|BatchGet|Search)(?=[A-Z]|$)/;

function connect(address: string): Channel {
  const security = address.startsWith('grpcs://') ? credentials.createSsl() : credentials.createInsecure();
  return new Channel(address.replace(/^grpcs?:\/\//, ''), security, CHANNEL_OPTIONS);
}

/** The calls still under way on the old channel end with their deadlines at the latest. */
function reconnect(channel: Channel, address: string): Channel {
  channel.close();
  return connect(address);
}

/** Speaks gRPC with one upstream, over one channel an address that is kept. */
export class GrpcClient implements Client {
  readonly upstream;
  readonly endpoints: Endpoints<Channel>;
  private isClosed = false;

  /** @param addresses `host:port`, or `grpcs://host:port` for TLS; one or more */
  constructor(
    addresses: readonly string[],
    private readonly options: ClientOptions,
  ) {
    this.upstream = options.upstream;
    this.endpoints = new Endpoints(addresses, connect, this.upstream.patienceMs, reconnect);
  }

  /**
   * A call of one RPC with all policies around it. Those that are named like reads are; others say what they are.
   * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK
   */
  unary<Question, Answer>(
    method: MethodDefinition<Question, Answer>,
    traits: CallTraits = {},
  ): Call<Question, Answer> {
    const rpc = method.path.split('/')[2]!;
    const isRead = READS.test(rpc);
    const info = {
      upstream: this.upstream.name,
      method: rpc,
      isSafe: isRead,
      isIdempotent: isRead,
      scope: 'caller' as const,
      latencies: new Latencies(),
      ...traits,
    };
    const wire = (context: Context, question: Question) =>
      this.endpoints.use((channel) => this.ask(channel, method, context, question));
    return withPolicies(wire, info, this.upstream, this.options.onTry);
  }

  /** Whether any of its addresses is. @throws {GatewayError} if none can be reached */
  async isReady(context: Context): Promise<boolean> {
    const check = health.Check as MethodDefinition<object, { status: unknown }>;
    const answers = this.endpoints.all.map(async ({ connection }) => {
      const { status } = await this.ask(connection, check, context, { service: '' });
      return status === SERVING || status === 'SERVING';
    });
    return anyReady(answers);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { connection } of this.endpoints.all) connection.close();
  }

  private ask<Question, Answer>(
    channel: Channel,
    method: MethodDefinition<Question, Answer>,
    context: Context,
    question: Question,
  ): Promise<Answer> {
    return exchange(this.isClosed ? undefined : channel, method, context, question, this.metadata(context));
  }

  private metadata({ caller, log, traceparent }: Context): Metadata {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${this.options.tokens.sign(caller, this.upstream.name)}`);
    metadata.set('x-request-id', log.requestId);
    if (traceparent) metadata.set('traceparent', traceparent);
    return metadata;
  }
}
