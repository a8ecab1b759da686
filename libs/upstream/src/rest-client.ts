import { isDeepStrictEqual } from 'node:util';
import type { Dispatcher } from 'undici';
import { type AnswerStream, translated } from './answer-stream.ts';
import type { Attempt } from './attempt.ts';
import { answerSchema, listSchema, type OpenApiDocument, type Validate } from './answer-schema.ts';
import type { Attributes } from '#libs/observe';
import type { Call, CallTraits, Try } from './call.ts';
import type { UpstreamClient, ClientOptions } from './client.ts';
import type { Context } from './context.ts';
import { Endpoints } from '#libs/endpoints';
import { HttpConnections, type HttpConnectionOptions } from './http-connections.ts';
import { checked, exchange, type HttpAnswer, read, readEmpty } from './http-exchange.ts';
import { openEvents } from './http-stream.ts';
import { Latencies } from './latencies.ts';
import { withPolicies } from './policies.ts';
import { anyReady } from './readiness.ts';
import { serverAttributes } from './server-attributes.ts';
import { verdictOf } from './verdict.ts';
import { fill, type RestQuestion } from './rest-question.ts';
import { DEFAULT_HEALTH_PATH, type UpstreamSettings } from './settings.ts';

/** Options of an operation, beyond its method and path. */
export interface OperationOptions extends CallTraits {
  /** The media type of its body. */
  contentType?: string;
  /**
   * The property of its answer that is a list whose elements are checked one by one: a bad one becomes an
   * `UnreadableElement`.
   */
  list?: string;
  /** Its answer has no content (204). */
  isEmpty?: boolean;
}

/** The idle timeout of a stream, in milliseconds. */
const STREAM_IDLE_MS = 30_000;

/** A request finds at most this many kept connections closed: others may have been closed with the first. */
const MAX_RESENDS = 3;

/** Safe methods, and idempotent methods (RFC 9110, section 9.2). */
const SAFE = new Set(['GET', 'HEAD']);
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** An HTTP and JSON client of one upstream with keep-alive connections. It does not follow redirects. */
export class RestClient implements UpstreamClient {
  readonly upstream;
  readonly endpoints: Endpoints<HttpConnections>;
  private readonly checks: Validate[] = [];
  /** Attributes of the spans of its tries. */
  private readonly server: Attributes;

  /**
   * @param addresses `http://…`, `https://…` or `unix:/path`, one or more
   * @param document its OpenAPI document: answers are checked against it
   */
  constructor(
    addresses: readonly string[],
    private readonly options: ClientOptions,
    private readonly document?: OpenApiDocument,
  ) {
    this.upstream = options.upstream;
    this.server = serverAttributes(addresses);
    const { upstream } = this;
    this.endpoints = new Endpoints(addresses.map(toAddress), {
      connect: ({ name }) => new HttpConnections(name, this.connectionOptions()),
      judge: verdictOf(() => upstream.effectiveTimeoutMs),
    });
  }

  prepare(): void {
    for (const check of this.checks) check.prepare();
  }

  apply(settings: UpstreamSettings): void {
    const { bulkhead, tls } = this.upstream.settings;
    const isRenewed = !isDeepStrictEqual(
      [settings.bulkhead.maxInFlight, settings.tls],
      [bulkhead.maxInFlight, tls],
    );
    this.upstream.apply(settings);
    if (!isRenewed) return;
    for (const { connection } of this.endpoints.all) connection.renew(this.connectionOptions());
  }

  /**
   * Makes a call of one operation with all policies. It answers the JSON body of a 2xx; with `isEmpty`, undefined.
   * @param path as in the upstream's OpenAPI document, for example `/users/{id}`
   * @throws {GatewayError} what `fromHttp` makes of other answers, and UPSTREAM_* if there is none
   */
  operation<Answer>(
    method: Dispatcher.HttpMethod,
    path: string,
    { contentType = 'application/json', list, isEmpty = false, ...traits }: OperationOptions = {},
  ): Call<RestQuestion, Answer> {
    const { document } = this;
    const schemaOf = () =>
      list ? listSchema(document!, method, path, list) : answerSchema(document!, method, path);
    const validate = document && !isEmpty ? this.kept(schemaOf()) : undefined;
    const readAnswer = isEmpty ? readEmpty : (answer: HttpAnswer) => read(answer, validate);
    const resends = (traits.isIdempotent ?? IDEMPOTENT.has(method)) ? MAX_RESENDS : 0;
    const wire = async (attempt: Attempt, question: RestQuestion): Promise<Answer> => {
      const request = this.request(method, path, contentType, attempt, question);
      return this.endpoints.use(async ({ calls, plainToTls }) => {
        try {
          const answer = readAnswer(await exchange(calls, attempt, request, resends)) as Answer;
          plainToTls.hasAnswered = true;
          return answer;
        } catch (error) {
          throw await plainToTls.explained(error);
        }
      });
    };
    return this.around(wire, method, path, traits);
  }

  /**
   * Makes a call of one operation that answers with server-sent events: a stream of their data, each checked against
   * the document. The policies apply to its opening; after that an idle timeout replaces the deadline.
   * @param last the data of the event that ends a complete answer: without it, the stream has broken off
   */
  stream<Answer>(
    method: Dispatcher.HttpMethod,
    path: string,
    last: string,
    { contentType = 'application/json', ...traits }: OperationOptions = {},
  ): Call<RestQuestion, AnswerStream<Answer>> {
    const validate = this.document && this.kept(answerSchema(this.document, method, path, 'text/event-stream'));
    const wire = async (attempt: Attempt, question: RestQuestion): Promise<AnswerStream<Answer>> => {
      const request = this.request(method, path, contentType, attempt, question);
      request.headers['accept'] = 'text/event-stream';
      const events = await this.endpoints.use(({ streams, plainToTls }) =>
        openEvents(streams, attempt, request, last, STREAM_IDLE_MS).catch(async (error: unknown) => {
          throw await plainToTls.explained(error);
        }),
      );
      return translated(events, (data) => checked(data, validate) as Answer);
    };
    return this.around(wire, method, path, traits);
  }

  /**
   * Whether any of its addresses answers `healthPath` with 2xx, without policies and on a connection of its own.
   * @throws {GatewayError} if none can be reached
   */
  async isReady(context: Context): Promise<boolean> {
    const path = this.upstream.settings.healthPath;
    // A third-party upstream may not have our health path: any answer means that it is up.
    const isForeign = this.options.apiKey !== undefined && path === DEFAULT_HEALTH_PATH;
    const answers = this.endpoints.all.map(async ({ connection: { streams } }) => {
      const { statusCode } = await exchange(streams, context, { method: 'GET', path });
      return statusCode < 300 || (isForeign && statusCode < 500);
    });
    return anyReady(answers);
  }

  addresses() {
    return this.endpoints.report().map((one, i) => {
      const { ips, connected } = this.endpoints.all[i]!.connection;
      // undici tells their number alone.
      const connections = Array.from({ length: connected }, () => ({ state: 'READY' as const }));
      return { ...one, address: withoutCredentials(one.address), ips, connections };
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.endpoints.all.map(({ connection }) => connection.close()));
  }

  private kept(check: Validate): Validate {
    this.checks.push(check);
    return check;
  }

  private connectionOptions(): HttpConnectionOptions {
    const { bulkhead, tls } = this.upstream.settings;
    return { maxInFlight: bulkhead.maxInFlight, tls, onTlsRefused: this.options.onTlsRefused };
  }

  private around<Answer>(
    wire: Try<RestQuestion, Answer>,
    method: Dispatcher.HttpMethod,
    path: string,
    traits: CallTraits,
  ): Call<RestQuestion, Answer> {
    const info = {
      upstream: this.upstream.name,
      method: `${method} ${path}`,
      isSafe: SAFE.has(method),
      isIdempotent: IDEMPOTENT.has(method),
      scope: 'caller' as const,
      latencies: new Latencies(),
      span: {
        name: `${method} ${path}`,
        attributes: { 'http.request.method': method, 'url.template': path, ...this.server },
      },
      ...traits,
    };
    return withPolicies(wire, info, this.upstream, this.options.onTry);
  }

  private request(
    method: Dispatcher.HttpMethod,
    path: string,
    contentType: string,
    attempt: Attempt,
    question: RestQuestion,
  ): Dispatcher.DispatchOptions & { headers: Record<string, string> } {
    const { body, headers } = question;
    return {
      method,
      path: fill(path, question),
      headers: {
        ...headers,
        ...this.headers(attempt),
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    };
  }

  private headers({ caller, log, outgoingTrace, remainingMs }: Context): Record<string, string> {
    const { apiKey, tokens } = this.options;
    return {
      accept: 'application/json',
      // Compression costs both sides more than it saves here; encoded answers are decoded all the same.
      'accept-encoding': 'identity',
      authorization: `Bearer ${apiKey ?? tokens.sign(caller, this.upstream.name)}`,
      'x-request-id': log.requestId,
      'x-request-timeout-ms': String(Math.ceil(remainingMs)),
      ...outgoingTrace,
    };
  }
}

const toAddress = (url: string) => ({ name: url, host: url, authority: url, weight: 1 });
const withoutCredentials = (url: string) => url.replace(/\/\/[^/]*@/, '//');
