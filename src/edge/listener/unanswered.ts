import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** The most unanswered requests of a connection; few clients pipeline (RFC 9112, section 9.3.2). */
const MAX_UNANSWERED = 6;

const unanswered = new WeakMap<Socket, number>();

/** Whether a connection has unanswered requests. */
export const hasUnanswered = (socket: Socket): boolean => (unanswered.get(socket) ?? 0) > 0;

/**
 * Closes a connection that pipelines many requests without reading the answers: Node parses all requests of a
 * chunk before it notices that answers are not read.
 */
export function oneAfterAnother(handler: RequestListener): RequestListener {
  return (request, response) => {
    // HTTP/2 limits concurrent streams, and answers them in any order.
    if (request.httpVersionMajor > 1) return handler(request, response);
    const { socket } = request;
    const many = (unanswered.get(socket) ?? 0) + 1;
    if (many > MAX_UNANSWERED) return void socket.destroy();
    unanswered.set(socket, many);
    response.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1));
    handler(request, response);
  };
}
