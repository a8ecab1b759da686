import { GatewayError } from '#libs/errors';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { type AnswerStream, type Call, Context, UpstreamClients, upstreamSettings } from '#libs/upstream';
import { type MethodDefinition, status as Status } from '@grpc/grpc-js';
import {
  CallFailed,
  callFailed,
  type CallOptions,
  type ClientOptions,
  type HealthClient,
} from './neighbour-client.ts';
import { StockClient } from './stock-client.ts';

// The only file here that knows how our clients are made.

/** What the gateway gives a request by default (`REQUEST_TIMEOUT_MS`), in milliseconds. */
const REQUEST_TIMEOUT_MS = 3_000;

/** What a keepalive time of 5 minutes is before servers that are 60 times as fast. */
export const SCALED_KEEPALIVE: ClientOptions = { keepaliveMs: 5_200 };

/** Both of ours pass: `GRPC_CLIENT=grpc-js npm run test:neighbours -- grpc`. */
const IMPLEMENTATION = process.env['GRPC_CLIENT'] === 'grpc-js' ? 'grpc-js' : 'http2';

/** Whether ours is grpc-js underneath: it cannot lose less than grpc-js does. */
export const isGrpcJs = IMPLEMENTATION === 'grpc-js';

/** One try and nothing around it. */
const WITHOUT_POLICIES = {
  timeoutMs: 60_000,
  retry: { maxTries: 1 },
  hedge: { mode: 'off' },
  breaker: { mode: 'off' },
} as const;

/** Our client with these addresses, as the gateway makes it, with all its policies. */
export const ours = (addresses: readonly string[], options?: ClientOptions): HealthClient =>
  new OurClient('ours', addresses, {}, options);

/** Our client without its policies. */
export const wire = (addresses: readonly string[], options?: ClientOptions): HealthClient =>
  new OurClient('wire', addresses, WITHOUT_POLICIES, options);

/** Every client there is: ours, ours without policies, and grpc-js. */
export const allClients = (address: string, options?: ClientOptions) =>
  [ours([address], options), wire([address], options), new StockClient(address, options)] as const;

class OurClient implements HealthClient {
  private readonly clients;
  private readonly client;
  private readonly calls = new Map<string, Call<unknown, unknown>>();

  constructor(
    readonly name: 'ours' | 'wire',
    addresses: readonly string[],
    settings: Parameters<typeof upstreamSettings.parse>[0],
    connections: ClientOptions = {},
  ) {
    this.clients = new UpstreamClients({
      tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY),
      settings: { shop: upstreamSettings.parse(settings) },
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      grpc: { implementation: IMPLEMENTATION, connections },
    });
    this.client = this.clients.grpc('shop', addresses);
  }

  unary<Question, Answer>(
    rpc: MethodDefinition<Question, Answer>,
    question: Question,
    { isKeyed, ...options }: CallOptions = {},
  ): Promise<Answer> {
    const call = this.made(`${rpc.path} ${isKeyed}`, () =>
      this.client.unary(rpc, isKeyed ? { isIdempotent: true } : {}),
    );
    return this.settled(call, question, options);
  }

  async stream<Question, Answer>(
    rpc: MethodDefinition<Question, Answer>,
    question: Question,
    options: CallOptions = {},
  ): Promise<AnswerStream<Answer>> {
    const stream = await this.settled(
      this.made(rpc.path, () => this.client.stream(rpc)),
      question,
      options,
    );
    return {
      close: () => stream.close(),
      async *[Symbol.asyncIterator]() {
        try {
          yield* stream;
        } catch (error) {
          throw failure(error);
        }
      },
    };
  }

  isReady(): Promise<boolean> {
    return this.client.isReady(context({})).catch((error: unknown) => Promise.reject(failure(error)));
  }

  trippedBreakers(): string[] {
    return this.clients
      .report()
      .flatMap(({ methods }) => methods)
      .filter(({ breaker }) => breaker.state !== 'CLOSED' || breaker.timesOpened > 0)
      .map(({ method, breaker }) => `${method}: ${breaker.state}, opened ${breaker.timesOpened} times`);
  }

  close(): Promise<void> {
    return this.clients.close();
  }

  private made<Question, Answer>(key: string, make: () => Call<Question, Answer>): Call<Question, Answer> {
    let call = this.calls.get(key);
    if (!call) this.calls.set(key, (call = make() as Call<unknown, unknown>));
    return call as Call<Question, Answer>;
  }

  private async settled<Question, Answer>(
    call: Call<Question, Answer>,
    question: Question,
    options: CallOptions,
  ): Promise<Answer> {
    const request = context(options);
    try {
      return await call(request, question);
    } catch (error) {
      throw failure(error);
    } finally {
      request.settle();
    }
  }
}

const context = ({ timeoutMs = REQUEST_TIMEOUT_MS, userId = 'u1' }: CallOptions): Context =>
  new Context({ log: { requestId: 'r-1' }, caller: { id: userId, scopes: [] }, timeoutMs });

/** A call that ran out of its time here has no status of the server. */
function failure(error: unknown): CallFailed {
  const failed = callFailed(error);
  const isLate = failed.status === undefined && error instanceof GatewayError && error.code === 'UPSTREAM_TIMEOUT';
  return isLate ? new CallFailed(Status.DEADLINE_EXCEEDED, failed.details, undefined, error) : failed;
}
