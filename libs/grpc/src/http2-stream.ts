import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { status as Status } from '@grpc/grpc-js';
import type { CallOptions, MessageStream } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import type { Http2Connection } from './http2-connection.ts';
import { ended } from './http2-unary.ts';
import { decompressed, Frames, framed } from './messages.ts';
import { isOver, type ResponseHeaders, statusOf } from './status.ts';

/** A server-streaming call, on a connection with capacity. @throws {GrpcFailure} if the caller has cancelled */
export async function openStream(
  connection: Http2Connection,
  path: string,
  message: Uint8Array,
  options: CallOptions,
): Promise<MessageStream<Buffer>> {
  if (options.until.endedBy) throw ended();
  const stream = connection.request(path, options, 'stream');
  stream.end(framed(message));
  return new Http2Messages(connection, stream);
}

class Http2Messages implements MessageStream<Buffer> {
  readonly opened: Promise<void>;
  private headers: ResponseHeaders | undefined;
  private trailers: IncomingHttpHeaders | undefined;
  private isClosed = false;

  constructor(
    private readonly connection: Http2Connection,
    private readonly stream: ClientHttp2Stream,
  ) {
    this.opened = new Promise((resolve, reject) => {
      stream.once('response', (headers) => {
        connection.received();
        this.headers = headers;
        // Headers with a status are the whole response.
        const failure = isOver(headers) ? statusOf(headers) : undefined;
        if (failure) reject(failure);
        else resolve();
      });
      stream.once('close', () => reject(this.failure()));
    });
    this.opened.catch(() => {});
    stream.on('trailers', (trailers) => (this.trailers = trailers));
    // The reader receives it.
    stream.on('error', () => {});
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connection.cancel(this.stream);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const frames = new Frames();
    let failure: GrpcFailure | undefined;
    try {
      // Data are read on demand, so that the server waits (HTTP/2 flow control).
      for await (const chunk of this.stream.iterator({ destroyOnReturn: false })) {
        this.connection.received();
        frames.add(chunk as Buffer);
        for (let message = frames.next(); message; message = frames.next()) {
          if (this.isClosed) return;
          yield message.isCompressed ? await decompressed(message.bytes, this.encoding) : message.bytes;
        }
      }
      if (this.isClosed) return;
      // Before it is closed, which resets a response that has no trailers: its status is in its headers.
      failure = this.failure();
    } catch (error) {
      if (this.isClosed) return;
      failure = error instanceof GrpcFailure ? error : this.failure();
      if (!failure) return;
    } finally {
      this.close();
    }
    if (failure) throw failure;
    if (frames.isPartial) throw new GrpcFailure(Status.INTERNAL, 'the response ends within a message');
  }

  private get encoding(): string | undefined {
    return this.headers?.['grpc-encoding'] as string | undefined;
  }

  /** Its failure; undefined for OK. */
  private failure(): GrpcFailure | undefined {
    const { headers, trailers, stream, connection } = this;
    const status = trailers ?? (stream.rstCode ? undefined : headers);
    return status && headers ? statusOf(headers, trailers) : connection.failureOf(stream, headers !== undefined);
  }
}
