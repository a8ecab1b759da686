import type { ServerWritableStream } from '@grpc/grpc-js';
import { applyDecorators, type ExecutionContext, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { mergeMap, Observable } from 'rxjs';

/**
 * Marks an async generator as the handler of a server-streaming RPC. It is resumed when its last value has been handed
 * to the connection, so that it is as fast as the client takes values (HTTP/2 flow control), and returned when the
 * client disconnects.
 */
export function GrpcStream(service: string): MethodDecorator {
  return applyDecorators(GrpcMethod(service), UseInterceptors(new PacedStream()));
}

class PacedStream implements NestInterceptor<AsyncIterable<unknown>, unknown> {
  intercept(
    execution: ExecutionContext,
    next: { handle(): Observable<AsyncIterable<unknown>> },
  ): Observable<unknown> {
    const call = execution.getArgByIndex<ServerWritableStream<unknown, unknown>>(2);
    return next.handle().pipe(mergeMap((values) => paced(call, values)));
  }
}

/**
 * Writes the values itself and emits none: Nest writes up to 16 messages ahead, whatever their size. It ends the call
 * at the end of the observable.
 */
function paced<T>(call: ServerWritableStream<unknown, T>, values: AsyncIterable<T>): Observable<never> {
  return new Observable((subscriber) => {
    const iterator = values[Symbol.asyncIterator]();
    const pump = async (): Promise<void> => {
      while (!subscriber.closed) {
        const { value, done } = await iterator.next();
        if (done) return subscriber.complete();
        if (!subscriber.closed) await sent(call, value);
      }
    };
    pump().catch((error: unknown) => subscriber.error(error));
    return () => void iterator.return?.();
  });
}

/** Resolves when a value has been handed to the connection, or the call is over. */
function sent<T>(call: ServerWritableStream<unknown, T>, value: T): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off('close', done).off('cancelled', done);
      resolve();
    };
    call.once('close', done).once('cancelled', done);
    call.write(value, done);
  });
}
