import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { status as Status } from '@grpc/grpc-js';
import type { CallOptions } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import type { Http2Connection } from './http2-connection.ts';
import { decompressed, Frames, framed, type Message, tooLarge } from './messages.ts';
import { type ResponseHeaders, statusOf } from './status.ts';

/** A unary call, on a connection with capacity. @throws {GrpcFailure} */
export function exchange(
  connection: Http2Connection,
  path: string,
  message: Uint8Array,
  options: CallOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (options.until.endedBy) return reject(ended());
    const stream = connection.request(path, options, 'call');
    stream.end(framed(message));
    const response = new UnaryResponse(connection, stream, resolve, reject);
    response.stopListening = options.until.onEnd(() => {
      connection.cancel(stream);
      response.fail(ended());
    });
  });
}

export const ended = (): GrpcFailure => new GrpcFailure(Status.CANCELLED, 'the caller has cancelled');

/** A message and a status in the trailers; or only headers with a status. */
class UnaryResponse {
  stopListening = () => {};
  private readonly frames = new Frames();
  private headers: ResponseHeaders | undefined;
  private trailers: IncomingHttpHeaders | undefined;
  private isDone = false;

  constructor(
    private readonly connection: Http2Connection,
    private readonly stream: ClientHttp2Stream,
    private readonly resolve: (message: Buffer | Promise<Buffer>) => void,
    private readonly reject: (failure: GrpcFailure) => void,
  ) {
    stream.on('response', (headers) => {
      connection.received();
      this.headers = headers;
    });
    stream.on('data', (chunk: Buffer) => this.take(chunk));
    stream.on('trailers', (trailers) => (this.trailers = trailers));
    stream.on('end', () => this.end());
    stream.on('error', () => this.broke());
    stream.on('close', () => this.broke());
  }

  fail(failure: GrpcFailure): void {
    if (this.isDone) return;
    this.isDone = true;
    this.stopListening();
    this.reject(failure);
  }

  private take(chunk: Buffer): void {
    // The headers arrived just before the first message.
    if (this.frames.isPartial) this.connection.received();
    if (this.isDone) return;
    this.frames.add(chunk);
    if (!this.frames.isTooLarge) return;
    this.fail(tooLarge());
    this.connection.cancel(this.stream);
  }

  /** A response that was reset also ends: the close of the stream then has the reason. */
  private end(): void {
    const { headers, trailers, stream } = this;
    if (!headers || (!trailers && stream.rstCode)) return;
    const failure = statusOf(headers, trailers);
    if (failure) return this.fail(failure);
    try {
      this.succeed(this.frames.next());
    } catch (error) {
      this.fail(error as GrpcFailure);
    }
  }

  private succeed(message: Message | undefined): void {
    if (this.isDone) return;
    if (!message || this.frames.isPartial) {
      const received = message ? 'more than one message' : 'no whole message';
      return this.fail(new GrpcFailure(Status.INTERNAL, `the response has ${received}`));
    }
    this.isDone = true;
    this.stopListening();
    const encoding = this.headers!['grpc-encoding'] as string | undefined;
    this.resolve(message.isCompressed ? decompressed(message.bytes, encoding) : message.bytes);
  }

  private broke(): void {
    if (this.isDone) return;
    const { connection, stream } = this;
    const fail = () => this.fail(connection.failureOf(stream, this.headers !== undefined));
    if (connection.isUndecided(stream)) void connection.decided().then(fail);
    else fail();
  }
}
