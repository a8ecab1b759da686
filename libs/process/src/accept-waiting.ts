import type { Server } from 'node:net';
import { isWorker } from './parent.ts';
import { untilQuiet } from './until-quiet.ts';

/** How long connections are accepted at most, in milliseconds. */
export const MAX_ACCEPT_MS = 1_000;

/** Asks the first process to pass on the connections that wait, and says that it has. */
export interface WaitingMessage {
  connections?: 'waiting' | 'passed on';
}

/**
 * Accepts the connections that wait in the kernel. To close the port resets them, with what their clients have sent; then a client
 * cannot know whether a write was processed, and a proxy does not send it again. libuv accepts one in a turn of the loop. Resolves
 * right after a turn without one that was short, so that hardly any can have come since: close the port at once then. For workers
 * the first process accepts them, and passes them on one by one.
 */
export async function acceptWaiting(server: Server): Promise<void> {
  if (isWorker) return passedOn();
  let accepted = 0;
  const count = () => void (accepted += 1);
  server.on('connection', count).on('drop', count);
  await untilQuiet(() => accepted, MAX_ACCEPT_MS);
  server.off('connection', count).off('drop', count);
}

/** Resolves when the first process has passed on what waited. Messages keep their order: this process has it by then. */
function passedOn(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(tooLate);
      process.off('message', hear);
      resolve();
    };
    const hear = (message: WaitingMessage | null) => message?.connections === 'passed on' && end();
    const tooLate = setTimeout(end, 2 * MAX_ACCEPT_MS);
    process.on('message', hear);
    process.send!({ connections: 'waiting' } satisfies WaitingMessage, () => {});
  });
}
