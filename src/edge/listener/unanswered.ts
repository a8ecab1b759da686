import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** So many requests may a connection have unanswered: pipelining (RFC 9112, section 9.3.2) is used by hardly any client. */
const MOST_UNANSWERED = 6;

const unanswered = new WeakMap<Socket, number>();

/** Whether requests of a connection are not answered yet. */
export const hasUnanswered = (socket: Socket): boolean => (unanswered.get(socket) ?? 0) > 0;

/**
 * Cuts a connection that asks on and on without reading answers: Node reads all that came in one piece before it looks
 * whether anybody takes what it writes.
 */
export function oneAfterAnother(handler: RequestListener): RequestListener {
  return (request, response) => {
    // HTTP/2 has a limit of its own, and no order.
    if (request.httpVersionMajor > 1) return handler(request, response);
    const { socket } = request;
    const many = (unanswered.get(socket) ?? 0) + 1;
    if (many > MOST_UNANSWERED) return void socket.destroy();
    unanswered.set(socket, many);
    response.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1));
    handler(request, response);
  };
}
