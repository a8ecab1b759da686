import { fromHttp, GatewayError } from '#libs/errors';
import type { Dispatcher } from 'undici';
import type { Validate } from './answer-schema.ts';
import type { Context } from './context.ts';
import { fromUndici } from './from-undici.ts';

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;
/** So much of what nobody reads is waited for, so that the connection can be kept; then it is cut off. */
const MOST_SKIPPED_BYTES = 128 * 1024;

type Headers = Record<string, string | string[] | undefined>;

/** An answer that has come to its end. */
export interface HttpAnswer {
  statusCode: number;
  headers: Headers;
  /** Undefined where it is no JSON. */
  text: string | undefined;
}

/** Sends a request that ends with its context, and reads the answer to its end. @throws {GatewayError} UPSTREAM_* */
export function exchange(
  pool: Pick<Dispatcher, 'dispatch'>,
  context: Context,
  request: Dispatcher.DispatchOptions,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (context.endedBy) return reject(context.reason);
    pool.dispatch(request, new Answering(context, resolve, reject));
  });
}

/** What undici tells of an answer. Its own `request` makes a stream and an abort signal of that: a third of the cost. */
class Answering implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private statusCode = 0;
  private headers: Headers = {};
  private chunks: Buffer[] | undefined;
  private skipped = 0;
  private readonly stopListening: () => void;

  constructor(
    private readonly context: Context,
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (error: GatewayError) => void,
  ) {
    this.stopListening = context.onEnd(() => {
      this.controller?.abort(context.reason);
      reject(context.reason);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It has waited for a connection meanwhile.
    if (this.context.endedBy) controller.abort(this.context.reason);
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: Headers): void {
    this.statusCode = statusCode;
    this.headers = headers;
    if (isJson(headers)) this.chunks = [];
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.chunks) return void this.chunks.push(chunk);
    this.skipped += chunk.length;
    if (this.skipped <= MOST_SKIPPED_BYTES) return;
    this.end();
    controller.abort(new Error('nobody reads it'));
  }

  onResponseEnd(): void {
    this.end();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.stopListening();
    this.reject(fromUndici(error));
  }

  private end(): void {
    this.stopListening();
    const { statusCode, headers, chunks } = this;
    const whole = chunks && (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    this.resolve({ statusCode, headers, text: whole?.toString('utf8') });
  }
}

/**
 * The JSON of an answer.
 * @throws {GatewayError} what `fromHttp` makes of one that is not 2xx; UPSTREAM_BAD_RESPONSE for one that is no JSON, or
 * not what its contract says: where it differs is told in the cause, its values are not
 */
export function read({ statusCode, headers, text }: HttpAnswer, validate?: Validate): unknown {
  const json = text === undefined ? undefined : parsed(text);
  if (statusCode >= 300 || statusCode < 200) throw fromHttp(statusCode, json, headers['retry-after']);
  // What does not parse is not quoted: there may be secrets in it.
  if (json === undefined)
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: `no JSON, ${described(headers)}` });
  return asPromised(json, validate);
}

/** The JSON of an event. @throws {GatewayError} UPSTREAM_BAD_RESPONSE */
export function checked(data: string, validate?: Validate): unknown {
  const json = parsed(data);
  if (json === undefined) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: 'an event that is no JSON' });
  return asPromised(json, validate);
}

function asPromised(json: unknown, validate?: Validate): unknown {
  const difference = validate?.(json);
  if (difference) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: difference });
  return json;
}

/** No request of ours asks for a content coding, so that one is none to unpack: it may be a gzip bomb. */
function isJson(headers: Headers): boolean {
  return (
    JSON_TYPE.test(String(headers['content-type'])) && (headers['content-encoding'] ?? 'identity') === 'identity'
  );
}

function described(headers: Headers): string {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers;
  return `of type "${String(type)}", coding "${String(coding)}"`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
