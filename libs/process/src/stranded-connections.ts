import cluster, { type Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { MAX_ACCEPT_MS, type WaitingMessage } from './accept-waiting.ts';
import { untilQuiet } from './until-quiet.ts';

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

/** The connections that were passed to a worker and not yet acknowledged, by the number of their message. */
type Unanswered = Map<number, Connection | undefined>;

/** How many connections were passed to workers. */
let passed = 0;

/**
 * Passes the connections that a killed worker had not accepted to another worker. Node's cluster passes each connection
 * to a worker and waits for its reply. If the worker is killed before, the connection is neither closed nor passed on,
 * so that its client waits until its timeout, and `disconnect` is never emitted for the worker. This function replies
 * in place of the dead worker, as a closing one does. If Node's internal messages change, it does nothing.
 * A worker that is about to close its port is told when none is left for it: those that wait are reset when the last one has.
 */
export function rescueStrandedConnections(): void {
  cluster.on('fork', (worker) => {
    const child = worker.process as EventEmitter & { send(message: unknown, ...others: unknown[]): boolean };
    const unanswered: Unanswered = new Map();
    let hasDisconnected = false;
    const send = child.send.bind(child);
    child.send = (message, ...others) => {
      const { act, seq } = (message ?? {}) as InternalMessage;
      if (act === 'newconn' && seq !== undefined) {
        unanswered.set(seq, others[0] as Connection | undefined);
        passed += 1;
      }
      return send(message, ...others);
    };
    child.on('internalMessage', ({ ack }: InternalMessage) => {
      if (ack !== undefined) unanswered.delete(ack);
    });
    worker.on('message', (message: WaitingMessage | null) => {
      if (message?.connections === 'waiting') void passOn(worker, unanswered);
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

/**
 * Accepts what waits in the kernel, and passes it on. Each worker is passed one at a time, so more may wait here while this one has
 * not acknowledged its own.
 */
async function passOn(worker: Worker, unanswered: Unanswered): Promise<void> {
  // The loop reads the message before it looks for connections.
  await turnOfLoop();
  await untilQuiet(
    () => passed,
    MAX_ACCEPT_MS,
    () => unanswered.size > 0,
  );
  if (worker.isConnected()) worker.send({ connections: 'passed on' } satisfies WaitingMessage, () => {});
}

/** Whether no other worker could take a connection. */
const isAlone = (worker: Worker): boolean =>
  Object.values(cluster.workers ?? {}).every((other) => other === worker || !other?.isConnected());
