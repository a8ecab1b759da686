import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import type { MessageStream } from './channel.ts';
import type { GrpcFailure } from './failure.ts';

/** A server-streaming call of grpc-js. */
export function grpcJsStream(
  call: ClientReadableStream<Buffer>,
  failureFrom: (error: ServiceError) => Promise<GrpcFailure>,
): MessageStream<Buffer> {
  let isClosed = false;
  let failure: Promise<GrpcFailure> | undefined;
  const opened = new Promise<void>((resolve, reject) => {
    call.once('metadata', () => resolve());
    call.on('error', (error: ServiceError) => {
      failure ??= failureFrom(error);
      void failure.then(reject);
    });
    call.once('end', resolve);
  });
  opened.catch(() => {});

  const close = () => {
    if (isClosed) return;
    isClosed = true;
    call.cancel();
  };
  return {
    opened,
    close,
    async *[Symbol.asyncIterator]() {
      try {
        for await (const message of call) {
          if (isClosed) return;
          yield message as Buffer;
        }
      } catch (error) {
        if (!isClosed) throw await (failure ?? failureFrom(error as ServiceError));
      } finally {
        close();
      }
    },
  };
}
