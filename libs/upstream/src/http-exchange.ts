import { fromHttp, GatewayError } from '#libs/errors';
import type { Dispatcher } from 'undici';
import type { Validate } from './answer-schema.ts';
import { codingsOf, ContentDecoder, type ContentReceiver, undecodable } from './content-decoder.ts';
import type { Context } from './context.ts';
import { fromUndici } from './from-undici.ts';
import { MAX_BODY_BYTES, wasKept } from './http-connections.ts';
import { jsonDecoder } from './json-decoder.ts';

/** The most bytes of an unread body that are skipped to keep the connection; beyond it the connection is closed. */
const MAX_SKIPPED_BYTES = 128 * 1024;
const MAX_LOGGED_HEADER = 100;
const BYTE_ORDER_MARK = '\uFEFF';

/** Response headers as undici gives them. */
export type Headers = Record<string, string | string[] | undefined>;

/** A complete answer. */
export interface HttpAnswer {
  statusCode: number;
  headers: Headers;
  /** Undefined if it is not JSON, or could not be decoded. */
  text: string | undefined;
  /** Why it could not be decoded. */
  failure?: GatewayError;
}

/**
 * Sends a request that ends with its context, and reads the answer to its end.
 * @param resends how often it may be sent again because a kept connection was closed as it was sent: servers close those at any
 * time, and clients may repeat what is idempotent (RFC 9112, 9.3.1)
 * @throws {GatewayError} UPSTREAM_*
 */
export function exchange(
  pool: Pick<Dispatcher, 'dispatch'>,
  context: Context,
  request: Dispatcher.DispatchOptions,
  resends = 0,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (context.endedBy) return reject(context.reason);
    const send = () => void pool.dispatch(request, answering);
    const answering = new Answering(context, resolve, reject, send, resends);
    send();
  });
}

/** An undici handler. undici's own `request` adds a stream and an abort signal, a third of the cost. */
class Answering implements Dispatcher.DispatchHandler, ContentReceiver {
  private controller: Dispatcher.DispatchController | undefined;
  private statusCode = 0;
  private headers: Headers = {};
  private decode: ((body: Buffer) => string) | undefined;
  private chunks: Buffer[] | undefined;
  private decoder: ContentDecoder | undefined;
  private skipped = 0;
  private readonly stopListening: () => void;

  constructor(
    private readonly context: Context,
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (error: GatewayError) => void,
    private readonly resend: () => void,
    private resends: number,
  ) {
    this.stopListening = context.onEnd(() => {
      this.controller?.abort(context.reason);
      this.fail(context.reason);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // The context may have ended while it waited for a connection.
    if (this.context.endedBy) controller.abort(this.context.reason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number, headers: Headers): void {
    // An interim answer, such as 103: the final one is still to come (RFC 9110, 15.2).
    if (statusCode < 200) return;
    this.statusCode = statusCode;
    this.headers = headers;
    this.decode = jsonDecoder(headers['content-type']);
    if (!this.decode) return;
    const codings = codingsOf(headers['content-encoding']);
    if (undecodable(codings)) return;
    this.chunks = [];
    if (codings.length)
      this.decoder = new ContentDecoder(codings, MAX_BODY_BYTES, this, () => controller.resume());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.decoder) return void (this.decoder.write(chunk) || controller.pause());
    if (this.chunks) return void this.chunks.push(chunk);
    this.skipped += chunk.length;
    if (this.skipped <= MAX_SKIPPED_BYTES) return;
    this.succeed();
    controller.abort(new Error('nobody reads it'));
  }

  onResponseEnd(): void {
    if (this.decoder) this.decoder.end();
    else this.succeed();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.statusCode || !this.resends || !wasKept(error) || this.context.endedBy)
      return this.fail(fromUndici(error, this.controller !== undefined));
    this.resends -= 1;
    this.controller = undefined;
    this.resend();
  }

  onContent(chunk: Buffer): boolean {
    this.chunks!.push(chunk);
    return true;
  }

  onContentEnd(): void {
    this.succeed();
    this.hangUpOnRest();
  }

  onContentError(failure: GatewayError): void {
    this.chunks = undefined;
    this.succeed(failure);
    this.hangUpOnRest();
  }

  /** Bytes after the end of the encoded content are ignored; if all have come the connection need not be closed. */
  private hangUpOnRest(): void {
    this.controller?.abort(new Error('nobody reads it'));
  }

  private fail(error: GatewayError): void {
    this.stopListening();
    this.decoder?.destroy();
    this.reject(error);
  }

  private succeed(failure?: GatewayError): void {
    this.stopListening();
    const { statusCode, headers, chunks } = this;
    const whole = chunks && (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    this.resolve({ statusCode, headers, text: whole && this.decode!(whole), failure });
  }
}

/** Checks an answer that has no content. @throws {GatewayError} what `fromHttp` makes of one that is not 2xx */
export function readEmpty(answer: HttpAnswer): undefined {
  refuseFailed(answer);
}

function refuseFailed({ statusCode, headers, text }: HttpAnswer): void {
  // RFC 9110, 15.3.7: no request here has a Range, so it is a part of nobody knows what.
  if (statusCode === 206)
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: '206 to a request without Range' });
  if (statusCode >= 200 && statusCode < 300) return;
  const json = text === undefined ? undefined : parsed(text);
  throw fromHttp(statusCode, redirection(statusCode, headers) ?? json, headers['retry-after'], headers['date']);
}

/**
 * Where a redirect leads, as the body of an error, for the log: http:// where https:// is meant, or a path with a slash at its end.
 * Without what may be secret: a query, a name and a password.
 */
export function redirection(statusCode: number, { location }: Headers): { detail: string } | undefined {
  const place = String(location ?? '')
    .replace(/[?#].*/, '')
    .replace(/\/\/[^/]*@/, '//');
  return statusCode >= 300 && statusCode < 400 && place ? { detail: `redirects to ${place}` } : undefined;
}

/**
 * Parses the JSON of an answer.
 * @throws {GatewayError} what `fromHttp` makes of one that is not 2xx; UPSTREAM_BAD_RESPONSE for one that is not
 * JSON, cannot be decoded, or breaks its contract: the cause says where it differs, without values
 */
export function read(answer: HttpAnswer, validate?: Validate): unknown {
  refuseFailed(answer);
  const { headers, text, failure } = answer;
  if (failure) throw failure;
  const json = text === undefined ? undefined : parsed(text);
  // Unparsable text is not quoted: it may contain secrets.
  if (json === undefined)
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: `no JSON, ${described(headers)}` });
  return asPromised(json, validate);
}

/** Parses the JSON of an event. @throws {GatewayError} UPSTREAM_BAD_RESPONSE */
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

function described(headers: Headers): string {
  const { 'content-type': type = '', 'content-encoding': coding } = headers;
  const why = undecodable(codingsOf(coding));
  return `of type "${String(type).slice(0, MAX_LOGGED_HEADER)}"${why ? `, with ${why}` : ''}`;
}

/** A byte order mark is ignored, as RFC 8259, section 8.1 allows: some frameworks write one. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}
