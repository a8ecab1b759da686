import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { fromGrpc, GatewayError } from '#libs/errors';
import { type MethodDefinition, status as Status } from '@grpc/grpc-js';
import type { AnswerStream } from './answer-stream.ts';
import type { Context } from './context.ts';
import type { GrpcChannel } from './grpc-channel.ts';
import { asked, brokenBy } from './grpc-exchange.ts';
import { Frames } from './grpc-frames.ts';
import { failed, statusIn } from './grpc-status.ts';

/**
 * Opens a server-streaming call: resolves once the upstream has begun to answer. The context ends the opening alone; from
 * then on the stream ends when it is closed, or when nothing has come for `idleMs`.
 * @throws {GatewayError} what `fromGrpc` makes of a status that is not OK, or the context's reason
 */
export function openStream<Question, Answer>(
  channel: GrpcChannel,
  method: MethodDefinition<Question, Answer>,
  context: Context,
  question: Question,
  headers: readonly string[],
  idleMs: number,
): Promise<AnswerStream<Answer>> {
  return new Promise((resolve, reject) => {
    if (context.endedBy) return reject(context.reason);
    const stream = asked(channel, method, question, headers);
    const stopListening = context.onEnd(() => {
      channel.cancel(stream, true);
      reject(context.reason);
    });
    const broke = (error?: Error) => {
      stopListening();
      reject(fromGrpc(brokenBy(stream, error)));
    };
    stream.once('error', broke).once('close', broke);
    stream.once('response', (said) => {
      stopListening();
      stream.off('error', broke).off('close', broke);
      const httpStatus = said[':status']!;
      // Headers with a status are all there is.
      const failure =
        said['grpc-status'] !== undefined || httpStatus !== 200 ? statusIn(said, httpStatus) : undefined;
      if (!failure) return resolve(new GrpcAnswers(stream, channel, method, said, idleMs));
      stream.on('error', () => {});
      channel.cancel(stream, true);
      reject(fromGrpc(failure));
    });
  });
}

class GrpcAnswers<Answer> implements AnswerStream<Answer> {
  private isClosed = false;
  private isIdle = false;

  constructor(
    private readonly stream: ClientHttp2Stream,
    private readonly channel: GrpcChannel,
    private readonly method: Pick<MethodDefinition<never, Answer>, 'responseDeserialize'>,
    private said: IncomingHttpHeaders,
    idleMs: number,
  ) {
    stream.on('trailers', (trailers) => (this.said = trailers));
    // Whoever reads is told.
    stream.on('error', () => {});
    stream.setTimeout(idleMs, () => {
      this.isIdle = true;
      channel.cancel(stream, true);
    });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (!this.stream.closed) this.channel.cancel(this.stream, true);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Answer> {
    const frames = new Frames();
    try {
      // What is not asked for is not read, and the upstream waits (HTTP/2 flow control).
      for await (const chunk of this.stream.iterator({ destroyOnReturn: false })) {
        frames.add(chunk as Buffer);
        for (let message = this.message(frames); message; message = this.message(frames)) {
          if (this.isClosed) return;
          yield this.method.responseDeserialize(message);
        }
      }
      if (this.isClosed) return;
    } catch (error) {
      if (this.isClosed) return;
      throw this.failure(error as Error);
    } finally {
      this.close();
    }
    if (this.said['grpc-status'] === '0' && !frames.isTorn) return;
    throw this.failure();
  }

  private message(frames: Frames): Buffer | undefined {
    try {
      return frames.next();
    } catch (error) {
      throw fromGrpc(failed(Status.INTERNAL, String(error)));
    }
  }

  private failure(error?: Error): GatewayError {
    if (error instanceof GatewayError) return error;
    if (this.isIdle) return new GatewayError('UPSTREAM_TIMEOUT', { cause: 'the stream was idle for too long' });
    const status = this.said['grpc-status'] === undefined ? undefined : statusIn(this.said, 200);
    return fromGrpc(status ?? brokenBy(this.stream, error));
  }
}
