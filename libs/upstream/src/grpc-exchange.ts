import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { fromGrpc, GatewayError } from '#libs/errors';
import { type MethodDefinition, type ServiceError, status as Status } from '@grpc/grpc-js';
import type { Context } from './context.ts';
import type { GrpcChannel } from './grpc-channel.ts';
import { framed, Frames, LARGEST_MESSAGE_BYTES } from './grpc-frames.ts';
import { failed, statusIn } from './grpc-status.ts';

/**
 * One unary call that ends with its context.
 * @param headers names and values in turn, besides those that every call has
 * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK, or the context's reason
 */
export function exchange<Question, Answer>(
  channel: GrpcChannel,
  method: MethodDefinition<Question, Answer>,
  context: Context,
  question: Question,
  headers: readonly string[],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (context.endedBy) return reject(context.reason);
    const timeout = `${Math.ceil(context.remainingMs)}m`;
    const stream = asked(channel, method, question, ['grpc-timeout', timeout, ...headers]);
    const answer = new Answering(stream, channel);
    const stopListening = context.onEnd(() => {
      channel.cancel(stream);
      answer.forget();
      reject(context.reason);
    });
    answer.onDone = (failure, message) => {
      stopListening();
      if (failure) return reject(fromGrpc(failure));
      try {
        resolve(method.responseDeserialize(message!));
      } catch (error) {
        reject(fromGrpc(failed(Status.INTERNAL, `The message cannot be read: ${String(error)}`)));
      }
    };
  });
}

/** Sends a question. @throws {GatewayError} where it cannot be written, or the connection takes no more */
export function asked<Question>(
  channel: GrpcChannel,
  { path, requestSerialize }: Pick<MethodDefinition<Question, unknown>, 'path' | 'requestSerialize'>,
  question: Question,
  headers: readonly string[],
): ClientHttp2Stream {
  let frame: Buffer;
  try {
    frame = framed(requestSerialize(question));
  } catch (error) {
    throw fromGrpc(failed(Status.INTERNAL, `The question cannot be written: ${String(error)}`));
  }
  let stream: ClientHttp2Stream;
  try {
    stream = channel.open(path, ['content-type', 'application/grpc', 'te', 'trailers', ...headers]);
  } catch (error) {
    throw new GatewayError('UPSTREAM_UNAVAILABLE', { cause: error });
  }
  stream.end(frame);
  return stream;
}

/** Why a stream broke off. */
export function brokenBy(
  stream: ClientHttp2Stream,
  error: (Error & { code?: string; cause?: unknown }) | undefined,
): ServiceError {
  // Streams that wait for their connection are cancelled with what became of it.
  const isUnsent =
    error?.code === 'ERR_HTTP2_STREAM_CANCEL' || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
  const cause = error?.cause instanceof Error ? error.cause : error;
  const why = cause ? String(cause) : `the stream was closed with ${stream.rstCode}`;
  return failed(Status.UNAVAILABLE, isUnsent ? `No connection established: ${why}` : why);
}

/** What comes back on a stream: one message, and a status in the trailers, or in the headers where there is nothing else. */
class Answering {
  /** Called once. */
  onDone!: (failure: ServiceError | undefined, message?: Buffer) => void;
  private readonly frames = new Frames();
  private said: IncomingHttpHeaders = {};
  private httpStatus = 0;
  private isDone = false;

  constructor(
    private readonly stream: ClientHttp2Stream,
    private readonly channel: GrpcChannel,
  ) {
    stream.on('response', (headers) => {
      this.httpStatus = headers[':status']!;
      this.said = headers;
    });
    stream.on('data', (chunk: Buffer) => this.take(chunk));
    stream.on('trailers', (trailers) => (this.said = trailers));
    stream.on('end', () => this.end());
    stream.on('error', (error) => this.broke(error));
    stream.on('close', () => this.broke(undefined));
  }

  /** Nobody waits for it any more. */
  forget(): void {
    this.isDone = true;
  }

  private take(chunk: Buffer): void {
    if (this.isDone) return;
    this.frames.add(chunk);
    if (!this.frames.isTooLarge) return;
    this.done(failed(Status.RESOURCE_EXHAUSTED, `Received message larger than ${LARGEST_MESSAGE_BYTES} bytes`));
    this.channel.cancel(this.stream);
  }

  private end(): void {
    // It broke off: what closes the stream says why.
    if (this.said['grpc-status'] === undefined && (this.stream.rstCode || this.httpStatus === 0)) return;
    const failure = statusIn(this.said, this.httpStatus);
    if (failure) return this.done(failure);
    let message: Buffer | undefined;
    try {
      message = this.frames.next();
    } catch {
      message = undefined;
    }
    if (!message || this.frames.isTorn)
      return this.done(failed(Status.INTERNAL, 'There is not one whole plain message'));
    this.done(undefined, message);
  }

  private broke(error: Error | undefined): void {
    if (!this.isDone) this.done(brokenBy(this.stream, error));
  }

  private done(failure: ServiceError | undefined, message?: Buffer): void {
    if (this.isDone) return;
    this.isDone = true;
    this.onDone(failure, message);
  }
}
