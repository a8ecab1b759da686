import { fromHttp, GatewayError } from '#libs/errors';
import { createParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import type { AnswerStream } from './answer-stream.ts';
import { codingsOf, ContentDecoder, type ContentReceiver, undecodable } from './content-decoder.ts';
import type { Context } from './context.ts';
import { type Headers, redirection } from './http-exchange.ts';
import { fromUndici } from './from-undici.ts';
import { MAX_BODY_BYTES } from './http-connections.ts';

const EVENTS = /^text\/event-stream\s*(;|$)/i;
/** The most unread events that are buffered; beyond it the upstream is paused (TCP flow control). */
const MAX_WAITING = 32;
const MAX_EVENT_LENGTH = 1024 * 1024;
const MAX_SKIPPED_BYTES = 1024;

/**
 * Opens a stream of server-sent events: resolves once the upstream has begun to answer, to the data of each event.
 * The context ends the opening alone; after that the stream ends when it is closed, or when no event has come for
 * `idleMs`.
 * @param last the data of the event that marks the end of a complete answer
 * @throws {GatewayError} what `fromHttp` makes of a status that is not 2xx, UPSTREAM_BAD_RESPONSE for other types
 */
export function openEvents(
  pool: Pick<Dispatcher, 'dispatch'>,
  context: Context,
  request: Dispatcher.DispatchOptions,
  last: string,
  idleMs: number,
): Promise<AnswerStream<string>> {
  return new Promise((resolve, reject) => {
    if (context.endedBy) return reject(context.reason);
    pool.dispatch({ ...request, bodyTimeout: idleMs }, new Events(context, last, resolve, reject));
  });
}

class Events implements Dispatcher.DispatchHandler, ContentReceiver, AnswerStream<string> {
  private controller: Dispatcher.DispatchController | undefined;
  private readonly waiting: string[] = [];
  private readonly text = new TextDecoder();
  private decoder: ContentDecoder | undefined;
  private readonly parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: ({ data }) => this.take(data),
    onError: ({ type, message }) => type === 'max-buffer-size-exceeded' && this.end(bad(message)),
  });
  /** How it ended: with an error, or `null` for success. */
  private ending: GatewayError | null | undefined;
  private isWhole = false;
  private hasEnded = false;
  /** The error of the connection, while there is data left to decode. */
  private brokenBy: GatewayError | undefined;
  private skipped = 0;
  private wake = () => {};
  private readonly stopListening: () => void;

  constructor(
    private readonly context: Context,
    private readonly last: string,
    private readonly resolve: (stream: AnswerStream<string>) => void,
    private readonly reject: (error: GatewayError) => void,
  ) {
    this.stopListening = context.onEnd(() => this.refuse(context.reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // The context may have ended while it waited for a connection.
    if (this.context.endedBy) controller.abort(this.context.reason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number, headers: Headers): void {
    // An interim answer, such as 103: the final one is still to come (RFC 9110, 15.2).
    if (statusCode < 200) return;
    if (statusCode >= 300)
      return this.refuse(
        fromHttp(statusCode, redirection(statusCode, headers), headers['retry-after'], headers['date']),
      );
    const type = String(headers['content-type']);
    const codings = codingsOf(headers['content-encoding']);
    const why = EVENTS.test(type) ? undecodable(codings) : `"${type}"`;
    if (why) return this.refuse(bad(`no events, but ${why}`));
    if (codings.length)
      this.decoder = new ContentDecoder(codings, MAX_BODY_BYTES, this, () => controller.resume());
    this.stopListening();
    this.resolve(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ending !== undefined) return this.skip(controller, chunk);
    if (!(this.decoder ? this.decoder.write(chunk) : this.onContent(chunk))) controller.pause();
  }

  onResponseEnd(): void {
    if (this.decoder) this.decoder.end();
    else this.onContentEnd();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.stopListening();
    const failure = fromUndici(error, this.controller !== undefined);
    this.reject(failure);
    if (!this.decoder || this.ending !== undefined) return this.end(failure);
    // Data received before is decoded first.
    this.brokenBy = failure;
    this.decoder.end();
  }

  onContent(chunk: Buffer): boolean {
    this.parser.feed(this.text.decode(chunk, { stream: true }));
    return this.waiting.length < MAX_WAITING || this.ending !== undefined;
  }

  onContentEnd(): void {
    // Some write no empty line after the last word. Any other event without one has been cut off.
    this.hasEnded = true;
    if (this.ending === undefined) this.parser.feed('\n\n');
    this.end(this.brokenBy ?? new GatewayError('UPSTREAM_UNAVAILABLE', { cause: 'the events broke off' }));
  }

  onContentError(error: GatewayError): void {
    this.end(this.brokenBy ?? error);
  }

  close(): void {
    this.waiting.length = 0;
    this.end(null);
    if (!this.isWhole) this.controller?.abort(new Error('nobody reads it'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      while (this.waiting.length || this.ending === undefined) {
        if (!this.waiting.length) await new Promise<void>((resolve) => (this.wake = resolve));
        else yield this.waiting.shift()!;
        if (!this.waiting.length) this.takeMore();
      }
    } finally {
      this.close();
    }
    if (this.ending) throw this.ending;
  }

  /** The most bytes after the last event for which the connection is kept: a coding ends a little after it. */
  private skip(controller: Dispatcher.DispatchController, { length }: Buffer): void {
    this.skipped += length;
    if (!this.isWhole || this.skipped > MAX_SKIPPED_BYTES) controller.abort(new Error('nobody reads it'));
  }

  /** Decoded data is delivered first; once there is room, the decoder resumes the connection. */
  private takeMore(): void {
    if (this.decoder) this.decoder.resume();
    else if (this.controller?.paused) this.controller.resume();
  }

  private take(data: string): void {
    // An empty event keeps connections open.
    if (this.ending !== undefined || !data) return;
    if (this.hasEnded && data !== this.last) return;
    // The connection is kept: only the end of the body is still to come.
    this.isWhole = data === this.last;
    if (this.isWhole) return this.end(null);
    this.waiting.push(data);
    this.wake();
  }

  /** Only the first end counts. */
  private end(ending: GatewayError | null): void {
    if (this.ending !== undefined) return;
    this.ending = ending;
    this.decoder?.destroy();
    this.wake();
    if (ending) this.controller?.abort(ending);
    else if (this.controller?.paused) this.controller.resume();
  }

  private refuse(why: GatewayError): void {
    this.stopListening();
    this.reject(why);
    this.end(why);
  }
}

const bad = (cause: string) => new GatewayError('UPSTREAM_BAD_RESPONSE', { cause });
