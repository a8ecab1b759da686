import cluster, { type Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';

/** The relevant messages between the processes of Node's cluster. */
interface InternalMessage {
  act?: string;
  seq?: number;
  ack?: number;
}

/** A connection that was passed to a worker and not yet acknowledged. */
interface Connection {
  close(): void;
}

/**
 * Passes the connections that a killed worker had not accepted to another worker. Node's cluster passes each connection
 * to a worker and waits for its reply. If the worker is killed before, the connection is neither closed nor passed on,
 * so that its client waits until its timeout, and `disconnect` is never emitted for the worker. This function replies
 * in place of the dead worker, as a closing one does. If Node's internal messages change, it does nothing.
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
    // It has ended, and all its messages were read. Cluster detects that shortly after.
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
