import { noteFailure } from '#gateway/edge/errors/failures';
import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { spend } from './gcra.ts';

/** The limit of frames of one socket: 200 at once, refilled over 4 s. No person types faster. */
const RATE = { limit: 200, windowMs: 4_000 };

/** The close code for a client beyond a limit (RFC 6455, section 7.4.1). */
const POLICY_VIOLATION = 1008;

/** Limits the frames of one socket. Every frame counts, including refused ones. */
export class FrameLimit {
  private fullAt: number | undefined;

  /** Counts one frame. @returns whether it is within the limit */
  take(): boolean {
    const [{ isAllowed }, fullAt] = spend(this.fullAt, performance.now(), 1, RATE);
    this.fullAt = fullAt;
    return isAllowed;
  }
}

/** Closes a socket that sends too many frames, with 1008; its access-log line says so. */
export function closeFlooded(socket: WebSocket, { context }: FastifyRequest): void {
  noteFailure(context.log, { code: 'RATE_LIMITED' });
  socket.close(POLICY_VIOLATION, 'too many frames');
}

/**
 * Records why `ws` closes a socket, which it does with the code for the frame (RFC 6455, section 7.4.1; 1009 for one that is too large),
 * for its access-log line.
 */
export function noteFrameErrors(socket: WebSocket, { context }: FastifyRequest): void {
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (!code?.startsWith('WS_ERR_')) return;
    const isTooLarge = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    noteFailure(context.log, { code: isTooLarge ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST' });
  });
}
