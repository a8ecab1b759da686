import { isDeepStrictEqual } from 'node:util';
import { parseTarget } from '#libs/endpoints';
import { fromGrpc, GatewayError } from '#libs/errors';
import {
  type CallOptions,
  type ConnectionSettings,
  GrpcFailure,
  type GrpcImplementation,
  GrpcPool,
} from '#libs/grpc';
import type { MethodDefinition } from '@grpc/grpc-js';
import type { Attributes } from '#libs/observe';
import type { AnswerStream } from './answer-stream.ts';
import type { Call, CallInfo, CallTraits, Try } from './call.ts';
import type { UpstreamClient, ClientOptions } from './client.ts';
import type { Context } from './context.ts';
import { grpcAnswers } from './grpc-answers.ts';
import { Latencies } from './latencies.ts';
import { withPolicies } from './policies.ts';
import { anyReady } from './readiness.ts';
import { serverAttributes } from './server-attributes.ts';
import type { UpstreamSettings } from './settings.ts';
import { TlsFiles } from './tls-files.ts';

/** Standard methods that have no effect (AIP-131, AIP-132, AIP-231), by the first word of their name. */
const READS = /^(Get|List|BatchGet|Search)(?=[A-Z]|$)/;

const nameOf = ({ path }: Pick<MethodDefinition<never, unknown>, 'path'>): string => path.split('/')[2]!;

/** Options of a gRPC client, beside those of every client. */
export interface GrpcClientOptions extends ClientOptions {
  implementation?: GrpcImplementation;
  /** Connection settings, where they differ from the defaults. */
  connections?: Partial<ConnectionSettings>;
}

/** A gRPC client of one upstream. */
export class GrpcClient implements UpstreamClient {
  readonly upstream;
  private readonly pool: GrpcPool;
  /** Attributes of the spans of its tries. */
  private readonly server: Attributes;
  private files: TlsFiles | undefined;

  /**
   * @param addresses as `parseTarget` reads them, one or more
   * @throws {TypeError} for an address that is none
   * @throws {TlsFileError} where the files of the upstream's TLS cannot be used
   */
  constructor(
    addresses: readonly string[],
    private readonly options: GrpcClientOptions,
  ) {
    const { upstream, implementation, connections, onTlsRefused } = options;
    this.upstream = upstream;
    this.server = serverAttributes(addresses);
    const { tls } = upstream.settings;
    this.files = tls && new TlsFiles(tls, onTlsRefused);
    this.pool = new GrpcPool(addresses.map(toTarget), {
      implementation,
      settings: { maxConnections: upstream.settings.bulkhead.maxInFlight, ...connections },
      tls: this.files && (() => this.files!.current()),
      slowMs: () => upstream.effectiveTimeoutMs,
      onRecovered: () => upstream.recovered(),
    });
  }

  /** The pool sees other TLS files within two seconds, and renews its connections; limits change at once. */
  apply(settings: UpstreamSettings): void {
    const { tls } = settings;
    const isRenewed = tls && !isDeepStrictEqual(tls, this.upstream.settings.tls);
    if (isRenewed && this.files) this.files = new TlsFiles(tls, this.options.onTlsRefused);
    this.upstream.apply(settings);
    this.pool.resize(settings.bulkhead.maxInFlight);
  }

  /** Counters of connections, resent calls and so on since start; grpc-js has none. */
  get stats() {
    return this.options.implementation === 'grpc-js' ? undefined : this.pool.stats;
  }

  /**
   * Makes a call of one RPC with all policies. RPCs named like reads are reads; others declare their traits.
   * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK
   */
  unary<Question, Answer>(
    method: MethodDefinition<Question, Answer>,
    traits: CallTraits = {},
  ): Call<Question, Answer> {
    const isRead = READS.test(nameOf(method));
    const info = { isSafe: isRead, isIdempotent: isRead, ...traits };
    return this.around(method, info, (context, question) => {
      const options = { ...this.callOptions(context, info.isIdempotent), timeoutMs: context.remainingMs };
      return this.pool.unary(method, question, options).catch((error: unknown) => translated(error, context));
    });
  }

  /**
   * Makes a call of one server-streaming RPC. The policies apply to its opening alone: the stream ends when the
   * server or the reader ends it, or its connection is lost, which a PING detects. Servers may begin to answer with
   * their first message.
   */
  stream<Question, Answer>(method: MethodDefinition<Question, Answer>): Call<Question, AnswerStream<Answer>> {
    return this.around(method, { isSafe: false, isIdempotent: true }, async (context, question) => {
      const opening = this.pool.serverStream(method, question, this.callOptions(context, true));
      return grpcAnswers(await opening.catch((error: unknown) => translated(error, context)), context);
    });
  }

  /** Whether any of its addresses is ready. @throws {GatewayError} if none can be reached */
  async isReady(context: Context): Promise<boolean> {
    const options = { ...this.callOptions(context, true), timeoutMs: context.remainingMs };
    const failed = (error: unknown) => translated(error, context);
    const answers = await this.pool.health(options).catch(failed);
    return anyReady(answers.map((answer) => answer.catch(failed)));
  }

  addresses() {
    return this.pool.report();
  }

  async close(): Promise<void> {
    this.pool.close();
  }

  private around<Question, Answer>(
    { path }: Pick<MethodDefinition<never, unknown>, 'path'>,
    traits: Pick<CallInfo, 'isSafe' | 'isIdempotent'> & CallTraits,
    wire: Try<Question, Answer>,
  ): Call<Question, Answer> {
    const info = {
      upstream: this.upstream.name,
      method: nameOf({ path }),
      scope: 'caller' as const,
      latencies: new Latencies(),
      span: {
        name: path.slice(1),
        attributes: { 'rpc.system.name': 'grpc', 'rpc.method': path.slice(1), ...this.server },
      },
      ...traits,
    };
    return withPolicies(wire, info, this.upstream, this.options.onTry);
  }

  private callOptions(context: Context, isIdempotent: boolean): CallOptions {
    const { caller, log, outgoingTrace: trace } = context;
    const token = `Bearer ${this.options.tokens.sign(caller, this.upstream.name)}`;
    const metadata = ['authorization', token, 'x-request-id', log.requestId];
    if (trace) metadata.push('traceparent', trace.traceparent);
    if (trace?.tracestate) metadata.push('tracestate', trace.tracestate);
    return { metadata, until: context, isIdempotent };
  }
}

function toTarget(address: string) {
  const target = parseTarget(address);
  if (!target) throw new TypeError(`No address of a gRPC upstream: ${address}`);
  return target;
}

/** @throws {GatewayError} the end of the request, or the failure of the call */
function translated(error: unknown, context: Context): never {
  if (context.endedBy) throw context.reason;
  throw error instanceof GrpcFailure ? fromGrpc(error) : new GatewayError('INTERNAL', { cause: error });
}
