import type { ServerWritableStream } from '@grpc/grpc-js';
import { applyDecorators, type ExecutionContext, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { mergeMap, Observable } from 'rxjs';

/**
 * Marks an async generator as the handler of a server-streaming RPC. It is resumed only when the client has received
 * earlier values, and returned when the client disconnects.
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

function paced<T>(call: ServerWritableStream<unknown, T>, values: AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const iterator = values[Symbol.asyncIterator]();
    const pump = async (): Promise<void> => {
      while (!subscriber.closed) {
        const { value, done } = await iterator.next();
        if (done) return subscriber.complete();
        subscriber.next(value);
        if (call.writableNeedDrain) await drainedOrGone(call);
      }
    };
    pump().catch((error: unknown) => subscriber.error(error));
    return () => void iterator.return?.();
  });
}

function drainedOrGone(call: ServerWritableStream<unknown, unknown>): Promise<void> {
  return new Promise((resolve) => {
    call.once('drain', resolve);
    call.once('close', resolve);
  });
}
