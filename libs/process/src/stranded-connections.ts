import cluster, { type Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';

/** What Node's cluster passes between its processes, as far as it matters here. */
interface InternalMessage {
  act?: string;
  seq?: number;
  ack?: number;
}

/** A connection that a worker was given and has not acknowledged. */
interface Connection {
  close(): void;
}

/**
 * Hands the connections that a killed worker had not accepted to another. Node's cluster passes each connection to a
 * worker and waits for its reply. If the worker is killed before, the connection is neither closed nor passed on, so
 * that its client waits until its timeout, and `disconnect` is never emitted for the worker. This replies in place of
 * the dead worker, as a closing one does. If Node's internal messages differ from those of today, it does nothing.
 */
export function rescueStrandedConnections(): void {
  cluster.on('fork', (worker) => {
    const child = worker.process as EventEmitter & { send(message: unknown, ...others: unknown[]): boolean };
    const unanswered = new Map<number, Connection | undefined>();
    let hasDisconnected = false;
    const send = child.send.bind(child);
    child.send = (message, ...others) => {
      const { act, seq } = (message ?? {}) as InternalMessage;
      if (act === 'newconn' && seq !== undefined) unanswered.set(seq, others[0] as Connection | undefined);
      return send(message, ...others);
    };
    child.on('internalMessage', ({ ack }: InternalMessage) => {
      if (ack !== undefined) unanswered.delete(ack);
    });
    child.once('disconnect', () => (hasDisconnected = true));
    // It has ended, and all that it had sent was read. A moment later cluster knows that, too.
    child.once('close', () =>
      setImmediate(() => {
        if (!hasDisconnected) child.emit('disconnect');
        for (const [seq, connection] of unanswered) {
          if (isAlone(worker)) connection?.close();
          else child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: false });
        }
      }),
    );
  });
}

/** Whether no other worker could take a connection. */
const isAlone = (worker: Worker): boolean =>
  Object.values(cluster.workers ?? {}).every((other) => other === worker || !other?.isConnected());
