import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { fromGrpc, GatewayError } from '#libs/errors';
import { Metadata, type MethodDefinition, type ServiceError, status as Status } from '@grpc/grpc-js';
import type { Context } from './context.ts';
import type { GrpcChannel } from './grpc-channel.ts';

const LARGEST_MESSAGE_BYTES = 10 * 1024 * 1024;
/** A message has a byte that says whether it is compressed, and its length in four (gRPC over HTTP/2). */
const PREFIX_BYTES = 5;

/** What a call fails with that was answered with an HTTP status of a proxy (gRPC's http-grpc-status-mapping). */
const STATUS_OF_HTTP: Partial<Record<number, Status>> = {
  400: Status.INTERNAL,
  401: Status.UNAUTHENTICATED,
  403: Status.PERMISSION_DENIED,
  404: Status.UNIMPLEMENTED,
  429: Status.UNAVAILABLE,
  502: Status.UNAVAILABLE,
  503: Status.UNAVAILABLE,
  504: Status.UNAVAILABLE,
};

/**
 * One unary call that ends with its context.
 * @param headers besides those that every call has
 * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK, or the context's reason
 */
export function exchange<Question, Answer>(
  channel: GrpcChannel,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<Question, Answer>,
  context: Context,
  question: Question,
  headers: OutgoingHttpHeaders,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (context.endedBy) return reject(context.reason);
    let frame: Buffer;
    try {
      frame = framed(requestSerialize(question));
    } catch (error) {
      return reject(fromGrpc(failed(Status.INTERNAL, `The question cannot be written: ${String(error)}`)));
    }
    let stream: ClientHttp2Stream;
    try {
      stream = channel.open({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': `${Math.ceil(context.remainingMs)}m`,
        ...headers,
      });
    } catch (error) {
      return reject(new GatewayError('UPSTREAM_UNAVAILABLE', { cause: error }));
    }
    const answer = new Answering(stream);
    const stopListening = context.onEnd(() => {
      channel.cancel(stream);
      answer.forget();
      reject(context.reason);
    });
    answer.onDone = (failure, message) => {
      stopListening();
      if (failure) return reject(fromGrpc(failure));
      try {
        resolve(responseDeserialize(message!));
      } catch (error) {
        reject(fromGrpc(failed(Status.INTERNAL, `The message cannot be read: ${String(error)}`)));
      }
    };
    stream.end(frame);
  });
}

/** What comes back on a stream: one message, and a status in the trailers, or in the headers where there is nothing else. */
class Answering {
  /** Called once. */
  onDone!: (failure: ServiceError | undefined, message?: Buffer) => void;
  private chunks: Buffer[] = [];
  private bytes = 0;
  private said: IncomingHttpHeaders = {};
  private httpStatus = 0;
  private isDone = false;

  constructor(private readonly stream: ClientHttp2Stream) {
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
    if (!this.isDone) this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes <= LARGEST_MESSAGE_BYTES + PREFIX_BYTES) return;
    this.fail(failed(Status.RESOURCE_EXHAUSTED, `Received message larger than ${LARGEST_MESSAGE_BYTES} bytes`));
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  private end(): void {
    const status = this.said['grpc-status'];
    // It broke off: what closes the stream says why.
    if (status === undefined && (this.stream.rstCode || this.httpStatus === 0)) return;
    if (status === undefined) return this.fail(notGrpc(this.httpStatus, this.said['content-type']));
    if (status !== '0') return this.fail(told(Number(status), this.said));
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    const isWhole = all.length >= PREFIX_BYTES && all.length === PREFIX_BYTES + all.readUInt32BE(1);
    // Nothing that we ask for allows a compressed one.
    if (!isWhole || all[0] !== 0)
      return this.fail(failed(Status.INTERNAL, 'There is not one whole plain message'));
    this.done(undefined, all.subarray(PREFIX_BYTES));
  }

  private broke(error: (Error & { code?: string; cause?: unknown }) | undefined): void {
    if (this.isDone) return;
    // Streams that wait for their connection are cancelled with what became of it.
    const isUnsent =
      error?.code === 'ERR_HTTP2_STREAM_CANCEL' || this.stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    const cause = error?.cause instanceof Error ? error.cause : error;
    const why = cause ? String(cause) : `the stream was closed with ${this.stream.rstCode}`;
    this.fail(failed(Status.UNAVAILABLE, isUnsent ? `No connection established: ${why}` : why));
  }

  private fail(error: ServiceError): void {
    this.done(error);
  }

  private done(failure: ServiceError | undefined, message?: Buffer): void {
    if (this.isDone) return;
    this.isDone = true;
    this.onDone(failure, message);
  }
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

function failed(code: Status, details: string, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error(`${code} ${Status[code]}: ${details}`), { code, details, metadata });
}

function told(status: number, said: IncomingHttpHeaders): ServiceError {
  const code = Status[status] === undefined ? Status.UNKNOWN : status;
  return failed(code, decoded(String(said['grpc-message'] ?? '')), Metadata.fromHttp2Headers(said));
}

function notGrpc(httpStatus: number, type: string | undefined): ServiceError {
  const code = httpStatus === 200 ? Status.UNKNOWN : (STATUS_OF_HTTP[httpStatus] ?? Status.UNKNOWN);
  return failed(code, `HTTP ${httpStatus} of type "${type}", without a gRPC status`);
}

function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
