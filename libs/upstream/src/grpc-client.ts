import type { MethodDefinition } from '@grpc/grpc-js';
import type { AnswerStream } from './answer-stream.ts';
import type { Call, CallInfo, CallTraits, Try } from './call.ts';
import type { Client, ClientOptions } from './client.ts';
import type { Context } from './context.ts';
import { Endpoints } from './endpoints.ts';
import { GrpcChannel } from './grpc-channel.ts';
import { exchange } from './grpc-exchange.ts';
import { healthCheck } from './grpc-health.ts';
import { openStream } from './grpc-stream.ts';
import { Latencies } from './latencies.ts';
import { withPolicies } from './policies.ts';
import { anyReady } from './readiness.ts';

/** Standard methods that have no effect (AIP-131, AIP-132, AIP-231), by the first word of their name. */
const READS = /^(Get|List|BatchGet|Search)(?=[A-Z]|$)/;

/** A stream on which nothing has come for so long is opened anew by who needs it: it may be lost. */
const STREAM_IDLE_MS = 120_000;

const nameOf = ({ path }: Pick<MethodDefinition<never, unknown>, 'path'>): string => path.split('/')[2]!;

/** Speaks gRPC with one upstream, over one connection an address that is kept. */
export class GrpcClient implements Client {
  readonly upstream;
  readonly endpoints: Endpoints<GrpcChannel>;

  /** @param addresses `host:port`, or `grpcs://host:port` for TLS; one or more */
  constructor(
    addresses: readonly string[],
    private readonly options: ClientOptions,
  ) {
    this.upstream = options.upstream;
    const renewed = (channel: GrpcChannel) => {
      channel.renew();
      return channel;
    };
    const connect = (address: string) => new GrpcChannel(address);
    this.endpoints = new Endpoints(addresses, connect, this.upstream.patienceMs, renewed);
  }

  /**
   * A call of one RPC with all policies around it. Those that are named like reads are; others say what they are.
   * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK
   */
  unary<Question, Answer>(
    method: MethodDefinition<Question, Answer>,
    traits: CallTraits = {},
  ): Call<Question, Answer> {
    const isRead = READS.test(nameOf(method));
    const info = { isSafe: isRead, isIdempotent: isRead, ...traits };
    return this.around(nameOf(method), info, (context, question) =>
      this.endpoints.use((channel) => this.ask(channel, method, context, question)),
    );
  }

  /**
   * A call of one server-streaming RPC. All policies are around its opening, which is over when the upstream sends its first
   * message or its headers; from then on there is an idle timeout in place of the deadline.
   */
  stream<Question, Answer>(method: MethodDefinition<Question, Answer>): Call<Question, AnswerStream<Answer>> {
    return this.around(nameOf(method), { isSafe: false, isIdempotent: true }, (context, question) =>
      this.endpoints.use((channel) =>
        openStream(channel, method, context, question, this.headers(context), STREAM_IDLE_MS),
      ),
    );
  }

  /** Whether any of its addresses is. @throws {GatewayError} if none can be reached */
  async isReady(context: Context): Promise<boolean> {
    return anyReady(this.endpoints.all.map(({ connection }) => this.ask(connection, healthCheck, context, {})));
  }

  async close(): Promise<void> {
    for (const { connection } of this.endpoints.all) connection.close();
  }

  private around<Question, Answer>(
    method: string,
    traits: Pick<CallInfo, 'isSafe' | 'isIdempotent'> & CallTraits,
    wire: Try<Question, Answer>,
  ): Call<Question, Answer> {
    const info = {
      upstream: this.upstream.name,
      method,
      scope: 'caller' as const,
      latencies: new Latencies(),
      ...traits,
    };
    return withPolicies(wire, info, this.upstream, this.options.onTry);
  }

  private ask<Question, Answer>(
    channel: GrpcChannel,
    method: MethodDefinition<Question, Answer>,
    context: Context,
    question: Question,
  ): Promise<Answer> {
    return exchange(channel, method, context, question, this.headers(context));
  }

  private headers({ caller, log, traceparent }: Context): string[] {
    const token = `Bearer ${this.options.tokens.sign(caller, this.upstream.name)}`;
    const headers = ['authorization', token, 'x-request-id', log.requestId];
    if (traceparent) headers.push('traceparent', traceparent);
    return headers;
  }
}
