import { fromHttp, GatewayError } from '#libs/errors';
import { type Dispatcher, Pool } from 'undici';
import { type Call, pipe } from './call.ts';
import type { Client, ClientOptions } from './client.ts';
import type { Context } from './context.ts';
import { fromUndici } from './from-undici.ts';

/** What goes into one HTTP request. */
export interface RestQuestion {
  /** Fills the `{…}` of the path. */
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

const CONNECT_TIMEOUT_MS = 1_000;
const MOST_CONNECTIONS = 16;
const LARGEST_BODY_BYTES = 10 * 1024 * 1024;
const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** Speaks HTTP and JSON with one upstream, over connections that are kept. */
export class RestClient implements Client {
  private readonly pool: Pool;

  constructor(
    address: string,
    private readonly options: ClientOptions,
  ) {
    this.pool = new Pool(address, {
      connections: MOST_CONNECTIONS,
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      maxResponseSize: LARGEST_BODY_BYTES,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  get name(): string {
    return this.options.name;
  }

  /**
   * A call of one operation, wrapped in the policies. Answers the JSON body of a 2xx.
   * @param path as in the upstream's OpenAPI document, for example `/users/{id}`
   * @throws {GatewayError} what `fromHttp` makes of other answers, and UPSTREAM_* where there is none
   */
  operation<Answer>(
    method: Dispatcher.HttpMethod,
    path: string,
    contentType = 'application/json',
  ): Call<RestQuestion, Answer> {
    const call: Call<RestQuestion, Answer> = async (context, question) => {
      const { body } = question;
      const response = await this.send(context, {
        method,
        path: fill(path, question),
        headers: { ...this.headers(context), ...(body === undefined ? {} : { 'content-type': contentType }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return (await read(response)) as Answer;
    };
    return pipe(call, { upstream: this.name, method: `${method} ${path}` }, this.options.policies);
  }

  async isReady(context: Context): Promise<boolean> {
    const response = await this.send(context, { method: 'GET', path: '/readyz' });
    await response.body.dump();
    return response.statusCode === 200;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async send(context: Context, request: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    try {
      return await this.pool.request({ ...request, signal: context.signal });
    } catch (error) {
      throw fromUndici(error);
    }
  }

  private headers({ caller, log, traceparent, remainingMs }: Context): Record<string, string> {
    return {
      accept: 'application/json',
      authorization: `Bearer ${this.options.tokens.sign(caller, this.name)}`,
      'x-request-id': log.requestId,
      'x-request-timeout-ms': String(Math.ceil(remainingMs)),
      ...(traceparent ? { traceparent } : {}),
    };
  }
}

function fill(path: string, { params = {}, query }: RestQuestion): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segment(params[name]));
  return query ? `${filled}?${new URLSearchParams(query)}` : filled;
}

/** A segment of a path (RFC 3986, 3.3). Nothing has an id that cannot be one, or that would lead elsewhere. */
function segment(id = ''): string {
  if (/^\.{0,2}$|\p{Surrogate}/u.test(id))
    throw new GatewayError('NOT_FOUND', { cause: 'an id that is no path segment' });
  return encodeURIComponent(id);
}

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<unknown> {
  const type = String(headers['content-type'] ?? '');
  const text = await body.text().catch((error: unknown) => {
    throw fromUndici(error);
  });
  const json = JSON_TYPE.test(type) ? parsed(text) : undefined;
  if (statusCode >= 300 || statusCode < 200) throw fromHttp(statusCode, json);
  // What does not parse is not quoted: there may be secrets in it.
  if (json === undefined) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: `no JSON, of type "${type}"` });
  return json;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
