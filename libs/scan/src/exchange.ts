import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';
import { unscanned } from './scanner.ts';

/** How long a scanner may take to accept a connection, in milliseconds. */
const CONNECT_MS = 5_000;
const MAX_REPLY_BYTES = 65_536;

/** The limits of one exchange. */
export interface ExchangeOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  /** Whether the reply is whole. */
  isWhole: (reply: string) => boolean;
}

/**
 * Sends frames over a connection of its own, as fast as they are taken, until the reply is whole: a server may answer before it
 * has read everything. A reply that ends without being whole counts as none.
 * @throws {GatewayError} OVERLOADED without a reply; the signal's reason; what reading the frames throws
 */
export async function exchange(
  to: NetConnectOpts,
  frames: AsyncIterable<Uint8Array>,
  { timeoutMs, signal, isWhole }: ExchangeOptions,
): Promise<string> {
  signal?.throwIfAborted();
  const late = AbortSignal.timeout(timeoutMs);
  const ends = signal ? AbortSignal.any([late, signal]) : late;
  const socket = connect({ ...to, noDelay: true });
  const stop = () => void socket.destroy(new Error('ended'));
  ends.addEventListener('abort', stop);
  socket.setTimeout(CONNECT_MS, () => socket.connecting && stop());
  let reply = '';
  let failure: unknown;
  const replied = new Promise<void>((resolve) => {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      reply += text;
      if (isWhole(reply) || reply.length > MAX_REPLY_BYTES) resolve();
    });
    socket.on('error', (error) => (failure ??= error));
    socket.on('close', () => resolve());
  });
  let isReplied = false;
  void replied.then(() => (isReplied = true));
  try {
    for await (const frame of frames) {
      if (isReplied) break;
      if (!socket.write(frame)) await Promise.race([replied, once(socket, 'drain').catch(() => {})]);
    }
    await replied;
  } finally {
    ends.removeEventListener('abort', stop);
    socket.destroy();
  }
  signal?.throwIfAborted();
  if (!isWhole(reply)) throw unscanned(failure ?? new Error('The scanner closed the connection without a reply'));
  return reply;
}
