import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, problemOf } from '#gateway/edge/errors/problem';
import { GatewayError } from '#libs/errors';
import type { FastifyInstance } from 'fastify';
import { parserErrorOf, type UnparsedError } from './parser-error.ts';
import { METHODS } from './method-not-allowed.ts';
import { requestIdOf } from '#gateway/edge/context/request-context';
import { answerHeaders } from '#gateway/edge/headers/security-headers';

/** How long a refused connection is read from after its answer: closed at once, the client might not get to see it. */
const LINGER_MS = 1_000;
/** CONNECT is for proxies (RFC 9110, section 9.3.6). */
const ALLOW = METHODS.join(', ');

/** A connection as Node's HTTP parser leaves it. */
interface ParsedSocket extends Socket {
  /** The answer that is next on the connection. */
  _httpMessage?: ServerResponse | null;
  parser?: { incoming?: IncomingMessage | null } | null;
}

const refused = new WeakSet<Socket>();

/**
 * Answers what is no request, or no longer one, as any other refusal: problem details with code, request id and security
 * headers, and a line of the access log. For `clientErrorHandler` of Fastify.
 */
export function answerParserError(this: FastifyInstance, thrown: Error, socket: Socket): void {
  const error = parserErrorOf(thrown as UnparsedError);
  // A connection that broke, or was never secured, has nobody to answer to; nor has one that ended in the middle of a body.
  if (!error || socket.destroyed || (isCut(thrown) && unfinishedOn(socket))) return void socket.destroy();
  // Opened in advance, and never used: an answer could be taken for that to a request which is just being sent.
  if (socket.bytesRead === 0) return void socket.destroy();
  // The parser tells of its error again with all that arrives after it.
  if (refused.has(socket)) return;
  refused.add(socket);
  refuse(this, error, socket);
}

/** Passes what Node would answer by itself to a server's own listeners: unknown expectations, and CONNECT. */
export function answerUnusual(server: Server, fastify: FastifyInstance): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    server.emit('request', request, response),
  );
  server.on('connect', (_request: IncomingMessage, socket: Socket | ServerResponse) => {
    // HTTP/2 gives the response in place of the connection, which others use.
    if ('statusCode' in socket) return void socket.writeHead(405, { ...answerHeaders(true), allow: ALLOW }).end();
    socket.on('error', () => socket.destroy());
    refuse(fastify, new GatewayError('METHOD_NOT_ALLOWED', { headers: { allow: ALLOW } }), socket, 'CONNECT');
  });
}

/** Refuses what came last on a connection, once all that came before it was answered, and closes it. */
function refuse(fastify: FastifyInstance, error: GatewayError, socket: ParsedSocket, method?: string): void {
  const { _httpMessage: pending } = socket;
  const unfinished = unfinishedOn(socket);
  if (pending && pending.req !== unfinished) {
    pending.once('close', () => refuse(fastify, error, socket, method));
    return;
  }
  // It has closed meanwhile, or is about to: nothing is answered after `Connection: close`.
  if (socket.destroyed || socket.writableEnded) return;
  if (!unfinished) return answer(fastify, error, socket, method);
  // The body broke off. Bytes of an answer may be on their way: another would be read as part of it.
  if (!pending || pending.headersSent) return void socket.destroy();
  const closing = new GatewayError(error.code, { detail: error.detail, headers: { connection: 'close' } });
  if (unfinished.listenerCount('error') > 0) return void unfinished.emit('error', closing);
  // Nobody reads the body, so nobody would notice.
  socket.end(bytesOf(error, requestIdOf(unfinished), socket), () => socket.destroy());
}

/** The request whose body has not come to its end. */
const unfinishedOn = ({ parser }: ParsedSocket): IncomingMessage | undefined =>
  parser?.incoming?.complete === false ? parser.incoming : undefined;

/** Whether the client stopped sending. */
const isCut = (thrown: UnparsedError): boolean => thrown.code === 'HPE_INVALID_EOF_STATE';

function answer(fastify: FastifyInstance, error: GatewayError, socket: Socket, method = 'none'): void {
  const requestId = randomUUID();
  fastify.logUnparsed({ method, error, requestId });
  socket.end(bytesOf(error, requestId, socket));
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** An answer as it goes over the wire, in HTTP/1.1 whatever was spoken (RFC 9112, section 2.3). */
function bytesOf(error: GatewayError, requestId: string, socket: Socket): string {
  const body = JSON.stringify(problemOf(error, { id: requestId }));
  const all = {
    date: new Date().toUTCString(),
    connection: 'close',
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    ...answerHeaders('encrypted' in socket),
    ...error.headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`;
}
