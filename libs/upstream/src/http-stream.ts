import { fromHttp, GatewayError } from '#libs/errors';
import { createParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import type { AnswerStream } from './answer-stream.ts';
import type { Context } from './context.ts';
import { fromUndici } from './from-undici.ts';

const EVENTS = /^text\/event-stream\s*(;|$)/i;
/** So many events are taken before somebody reads them; the upstream waits then (TCP flow control). */
const MOST_WAITING = 32;
const LONGEST_EVENT = 1024 * 1024;

type Headers = Record<string, string | string[] | undefined>;

/**
 * Asks for server-sent events: resolves once the upstream has begun to send them, to the data of each. The context ends the
 * opening alone; from then on the stream ends when it is closed, or when nothing has come for `idleMs`.
 * @param last the data of the event that says that the answer is whole
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

class Events implements Dispatcher.DispatchHandler, AnswerStream<string> {
  private controller: Dispatcher.DispatchController | undefined;
  private readonly waiting: string[] = [];
  private readonly decoder = new TextDecoder();
  private readonly parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent: ({ data }) => this.take(data),
    onError: ({ type, message }) => type === 'max-buffer-size-exceeded' && this.end(bad(message)),
  });
  /** How it ended: with an error, or `null` for well. */
  private ending: GatewayError | null | undefined;
  private isWhole = false;
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
    // It has waited for a connection meanwhile.
    if (this.context.endedBy) controller.abort(this.context.reason);
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: Headers): void {
    if (statusCode >= 300 || statusCode < 200)
      return this.refuse(fromHttp(statusCode, undefined, headers['retry-after']));
    const type = String(headers['content-type']);
    if (!EVENTS.test(type)) return this.refuse(bad(`no events, but "${type}"`));
    this.stopListening();
    this.resolve(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ending !== undefined) return controller.abort(new Error('nobody reads it'));
    this.parser.feed(this.decoder.decode(chunk, { stream: true }));
    if (this.waiting.length >= MOST_WAITING && this.ending === undefined) controller.pause();
  }

  onResponseEnd(): void {
    this.end(new GatewayError('UPSTREAM_UNAVAILABLE', { cause: 'the events broke off' }));
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.stopListening();
    const failure = fromUndici(error);
    this.reject(failure);
    this.end(failure);
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
        if (!this.waiting.length && this.controller?.paused) this.controller.resume();
      }
    } finally {
      this.close();
    }
    if (this.ending) throw this.ending;
  }

  private take(data: string): void {
    if (this.ending !== undefined) return;
    // The connection is kept: there is but the end of the body to come.
    this.isWhole = data === this.last;
    if (this.isWhole) return this.end(null);
    this.waiting.push(data);
    this.wake();
  }

  /** The first ending stays. */
  private end(ending: GatewayError | null): void {
    if (this.ending !== undefined) return;
    this.ending = ending;
    this.wake();
    if (ending) this.controller?.abort(ending);
  }

  private refuse(why: GatewayError): void {
    this.stopListening();
    this.reject(why);
    this.end(why);
  }
}

const bad = (cause: string) => new GatewayError('UPSTREAM_BAD_RESPONSE', { cause });
