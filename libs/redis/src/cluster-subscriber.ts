import type { Redis } from 'ioredis';

/** A connection over which a cluster subscribes is given up after so many pings without an answer. */
const MAX_UNANSWERED = 3;

/** The part of ioredis' Cluster that subscribes, over a connection of its own to any of the nodes. */
interface Subscribing {
  subscriber?: { getInstance(): Redis | null };
}

/**
 * Pings the connection over which a cluster subscribes, which ioredis opens without the options of the others, and replaces it, by one
 * to another node, where its node hangs. Emits `ready` where messages may have been missed, as a single connection does.
 * @returns a function that stops the pings
 */
export function watchSubscriber(cluster: Redis, everyMs: number): () => void {
  let watched: Redis | undefined;
  let last: Redis | undefined;
  let unanswered = 0;
  const answered = (instance: Redis) => {
    if (instance !== watched) return;
    unanswered = 0;
    // The answer to its subscription has come before.
    if (last !== instance) cluster.emit('ready');
    last = instance;
  };
  const ping = () => {
    const instance = (cluster as unknown as Subscribing).subscriber?.getInstance();
    // Without subscriptions it is not connected.
    if (!instance || instance.status === 'wait') return;
    last ??= instance;
    if (instance !== watched) [watched, unanswered] = [instance, 0];
    if (unanswered >= MAX_UNANSWERED) return instance.disconnect();
    unanswered += 1;
    void instance.ping().then(
      () => answered(instance),
      () => {},
    );
  };
  const timer = setInterval(ping, everyMs).unref();
  return () => clearInterval(timer);
}
