import { status as Status } from '@grpc/grpc-js';
import type { Cancellation } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import type { Http2Connection } from './http2-connection.ts';

/** `stream`: a server stream, which may stay open for days. */
export type CallKind = 'call' | 'stream';

interface Waiting {
  begin: (connection: Http2Connection) => void;
  fail: (failure: GrpcFailure) => void;
}

/** Calls that wait for a connection, in order. Short calls never wait behind streams. */
export class WaitingCalls {
  private readonly queues = { call: new Set<Waiting>(), stream: new Set<Waiting>() };

  count(kind: CallKind): number {
    return this.queues[kind].size;
  }

  /**
   * Makes a call once there is a connection.
   * @throws {GrpcFailure} that of `fail`; CANCELLED if its caller has cancelled before
   */
  add<T>(kind: CallKind, until: Cancellation, call: (connection: Http2Connection) => Promise<T>): Promise<T> {
    const queue = this.queues[kind];
    return new Promise((resolve, reject) => {
      let stopListening = () => {};
      const waiting: Waiting = {
        begin: (its) => {
          stopListening();
          resolve(call(its));
        },
        fail: (failure) => {
          stopListening();
          reject(failure);
        },
      };
      queue.add(waiting);
      stopListening = until.onEnd(() => {
        queue.delete(waiting);
        reject(
          new GrpcFailure(Status.CANCELLED, 'cancelled while waiting for a connection', { progress: 'unsent' }),
        );
      });
    });
  }

  /** Starts the calls of one kind for which there is a connection. */
  begin(kind: CallKind, connectionFor: () => Http2Connection | undefined): void {
    const queue = this.queues[kind];
    for (const waiting of queue) {
      const connection = connectionFor();
      if (!connection) return;
      queue.delete(waiting);
      waiting.begin(connection);
    }
  }

  /** @returns a function that fails those of the calls that wait now which still wait then */
  failing(): (failure: GrpcFailure) => void {
    const { call, stream } = this.queues;
    const all = [...call, ...stream];
    return (failure) => {
      for (const waiting of all) if (call.delete(waiting) || stream.delete(waiting)) waiting.fail(failure);
    };
  }
}
