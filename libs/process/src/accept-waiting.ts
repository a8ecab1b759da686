import type { Server } from 'node:net';
import { setImmediate as turnOfLoop } from 'node:timers/promises';

/** How long connections are accepted at most, in milliseconds. */
const MAX_MS = 1_000;
/** The longest turn of the event loop after which the port closes at first, in milliseconds, and how fast it grows where none is as short. */
const [SHORT_TURN_MS, MORE_PER_MS] = [1, 1 / 200];

/**
 * Accepts the connections that wait in the kernel. To close the port resets them, with what their clients have sent; then a client
 * cannot know whether a write was processed, and a proxy does not send it again. libuv accepts one in a turn of the loop. Resolves
 * right after a turn without one that was short, so that hardly any can have come since: close the port at once then.
 */
export async function acceptWaiting(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => void (accepted += 1);
  server.on('connection', count).on('drop', count);
  const start = performance.now();
  for (let [now, isEmpty] = [start, false]; !isEmpty && now - start < MAX_MS;) {
    const [before, since] = [accepted, now];
    await turnOfLoop();
    now = performance.now();
    isEmpty = accepted === before && now - since <= SHORT_TURN_MS + (now - start) * MORE_PER_MS;
  }
  server.off('connection', count).off('drop', count);
}
