import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The most unanswered requests of a connection; few clients pipeline (RFC 9112, section 9.3.2). */
const MAX_UNANSWERED = 6;
/** The most requests beyond them until the connection ends: Node keeps each until then. */
const MAX_LEFT_OUT = 64;

interface Pipelined {
  unanswered: number;
  newest?: ServerResponse;
  /** The requests that will not be answered. */
  leftOut: number;
}

const connections = new WeakMap<Socket, Pipelined>();

/** Whether a connection has unanswered requests. */
export const hasUnanswered = (socket: Socket): boolean => (connections.get(socket)?.unanswered ?? 0) > 0;

/**
 * Answers the first requests of a connection that pipelines many, and closes it: Node parses all requests of a chunk before it
 * notices that answers are not read. A client can send the others again on another connection (RFC 9112, section 9.3.2).
 */
export function oneAfterAnother(handler: RequestListener): RequestListener {
  return (request, response) => {
    // HTTP/2 limits concurrent streams, and answers them in any order.
    if (request.httpVersionMajor > 1) return handler(request, response);
    const { socket } = request;
    const pipelined = connections.get(socket) ?? { unanswered: 0, leftOut: 0 };
    if (pipelined.leftOut || pipelined.unanswered === MAX_UNANSWERED) return leaveOut(socket, pipelined);
    pipelined.unanswered += 1;
    pipelined.newest = response;
    connections.set(socket, pipelined);
    response.once('close', () => (pipelined.unanswered -= 1));
    handler(request, response);
  };
}

function leaveOut(socket: Socket, pipelined: Pipelined): void {
  pipelined.leftOut += 1;
  if (pipelined.leftOut > MAX_LEFT_OUT) return void socket.destroy();
  if (pipelined.leftOut > 1) return;
  const last = pipelined.newest!;
  if (!last.headersSent) last.shouldKeepAlive = false;
  if (last.writableFinished) socket.destroySoon();
  else last.once('finish', () => socket.destroySoon());
}
