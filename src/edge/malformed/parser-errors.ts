import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, problemOf } from '#gateway/edge/errors/problem';
import { GatewayError } from '#libs/errors';
import type { FastifyInstance } from 'fastify';
import { parserErrorOf, type UnparsedError } from './parser-error.ts';
import { METHODS } from '#gateway/edge/methods/method-not-allowed';
import { requestIdOf } from '#gateway/edge/context/request-context';
import { answerHeaders } from '#gateway/edge/headers/security-headers';

/**
 * How long a refused connection stays open after its answer, in milliseconds: closing at once could lose the
 * answer.
 */
const LINGER_MS = 1_000;
/** `Allow` without CONNECT, which is for proxies (RFC 9110, section 9.3.6). */
const ALLOW = METHODS.join(', ');

/** The internal state of a socket that Node's HTTP parser reads. */
interface ParsedSocket extends Socket {
  /** The next response on the connection. */
  _httpMessage?: ServerResponse | null;
  parser?: { incoming?: IncomingMessage | null } | null;
}

const refused = new WeakSet<Socket>();

/**
 * Answers bytes that are no valid request like any other refusal: with problem details, security headers and an
 * access-log line. Used as Fastify's `clientErrorHandler`.
 */
export function answerParserError(this: FastifyInstance, thrown: Error, socket: Socket): void {
  const error = parserErrorOf(thrown as UnparsedError);
  // A broken connection, a failed TLS handshake, and a client that left within its body have no one to answer.
  if (!error || socket.destroyed || (isCut(thrown) && unfinishedOn(socket))) return void socket.destroy();
  // The connection was opened in advance and never used. An answer could be taken for that of a request now being
  // sent.
  if (socket.bytesRead === 0) return void socket.destroy();
  // The parser emits its error again for each later chunk.
  if (refused.has(socket)) return;
  refused.add(socket);
  refuse(this, error, socket);
}

/** Routes events that Node would answer itself, unknown expectations and CONNECT, to the server's own handlers. */
export function answerUnusual(server: Server, fastify: FastifyInstance): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    server.emit('request', request, response),
  );
  server.on('connect', (request: IncomingMessage, socket: Socket | ServerResponse) => {
    const error = new GatewayError('METHOD_NOT_ALLOWED', { headers: { allow: ALLOW } });
    // HTTP/2 passes the response in place of the socket.
    if ('statusCode' in socket) {
      const requestId = requestIdOf(request);
      fastify.logUnparsed({ method: 'CONNECT', error, requestId });
      const { headers, body } = responseOf(error, requestId, true);
      return void socket.writeHead(error.status, headers).end(body);
    }
    socket.on('error', () => socket.destroy());
    refuse(fastify, error, socket, 'CONNECT');
  });
}

/** Refuses the last message of a connection after all earlier ones are answered, and closes it. */
function refuse(fastify: FastifyInstance, error: GatewayError, socket: ParsedSocket, method?: string): void {
  const { _httpMessage: pending } = socket;
  const unfinished = unfinishedOn(socket);
  if (pending && pending.req !== unfinished) {
    pending.once('close', () => refuse(fastify, error, socket, method));
    return;
  }
  // The connection is closed or closing: nothing may follow `Connection: close`.
  if (socket.destroyed || socket.writableEnded) return;
  if (!unfinished) return answer(fastify, error, socket, method);
  // The body is incomplete. If a response has started, a second one would be read as part of it.
  if (!pending || pending.headersSent) return void socket.destroy();
  const closing = new GatewayError(error.code, { detail: error.detail, headers: { connection: 'close' } });
  if (unfinished.listenerCount('error') > 0) return void unfinished.emit('error', closing);
  // No listener reads the body, so no stage would answer.
  socket.end(bytesOf(error, requestIdOf(unfinished), socket), () => socket.destroy());
}

/** The request whose body is incomplete. */
const unfinishedOn = ({ parser }: ParsedSocket): IncomingMessage | undefined =>
  parser?.incoming?.complete === false ? parser.incoming : undefined;

/** Whether the client closed the connection within a message. */
const isCut = (thrown: UnparsedError): boolean => thrown.code === 'HPE_INVALID_EOF_STATE';

function answer(fastify: FastifyInstance, error: GatewayError, socket: Socket, method = 'none'): void {
  const requestId = randomUUID();
  fastify.logUnparsed({ method, error, requestId });
  socket.end(bytesOf(error, requestId, socket));
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** The bytes of a response, always in HTTP/1.1 (RFC 9112, section 2.3). */
function bytesOf(error: GatewayError, requestId: string, socket: Socket): string {
  const { headers, body } = responseOf(error, requestId, 'encrypted' in socket);
  const all = { date: new Date().toUTCString(), connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`;
}

function responseOf(error: GatewayError, requestId: string, isSecure: boolean) {
  const body = JSON.stringify(problemOf(error, { id: requestId }));
  const headers = {
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    ...answerHeaders(isSecure),
    ...error.headers,
  };
  return { headers, body };
}
