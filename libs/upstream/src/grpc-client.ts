import { fromGrpc, GatewayError } from '#libs/errors';
import {
  Client as GrpcChannelClient,
  credentials,
  type ClientUnaryCall,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { service as health } from 'grpc-health-check';
import { type Call, pipe } from './call.ts';
import type { Client, ClientOptions } from './client.ts';
import type { Context } from './context.ts';

const CHANNEL_OPTIONS = {
  // Our policies decide what is tried again.
  'grpc.enable_retries': 0,
  // A service that is back is noticed within a second.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_receive_message_length': 10 * 1024 * 1024,
};

const SERVING = 1;

/** Speaks gRPC with one upstream, over one channel that is kept. */
export class GrpcClient implements Client {
  private readonly channel: GrpcChannelClient;
  private readonly check: Call<object, { status: unknown }>;
  private isClosed = false;

  /** @param address `host:port`, or `grpcs://host:port` for TLS */
  constructor(
    address: string,
    private readonly options: ClientOptions,
  ) {
    const isSecure = address.startsWith('grpcs://');
    this.channel = new GrpcChannelClient(
      address.replace(/^grpcs?:\/\//, ''),
      isSecure ? credentials.createSsl() : credentials.createInsecure(),
      CHANNEL_OPTIONS,
    );
    this.check = this.bare(health.Check as MethodDefinition<object, { status: unknown }>);
  }

  get name(): string {
    return this.options.name;
  }

  /**
   * A call of one RPC, wrapped in the policies.
   * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK
   */
  unary<Question, Answer>(method: MethodDefinition<Question, Answer>): Call<Question, Answer> {
    const rpc = method.path.split('/')[2]!;
    return pipe(this.bare(method), { upstream: this.name, method: rpc }, this.options.policies);
  }

  async isReady(context: Context): Promise<boolean> {
    const { status } = await this.check(context, { service: '' });
    return status === SERVING || status === 'SERVING';
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.channel.close();
  }

  private bare<Question, Answer>(method: MethodDefinition<Question, Answer>): Call<Question, Answer> {
    return (context, question) =>
      new Promise((resolve, reject) => {
        const { signal } = context;
        if (signal.aborted) return reject(signal.reason);
        if (this.isClosed)
          return reject(new GatewayError('UPSTREAM_UNAVAILABLE', { cause: 'the channel is closed' }));
        let call: ClientUnaryCall | undefined;
        const cancel = () => call?.cancel();
        const done = (error: ServiceError | null, answer?: Answer) => {
          signal.removeEventListener('abort', cancel);
          if (!error) resolve(answer!);
          else reject(signal.reason instanceof GatewayError ? signal.reason : fromGrpc(error));
        };
        signal.addEventListener('abort', cancel, { once: true });
        call = this.channel.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          question,
          this.metadata(context),
          { deadline: Date.now() + context.remainingMs },
          done,
        );
      });
  }

  private metadata({ caller, log, traceparent }: Context): Metadata {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${this.options.tokens.sign(caller, this.name)}`);
    metadata.set('x-request-id', log.requestId);
    if (traceparent) metadata.set('traceparent', traceparent);
    return metadata;
  }
}
