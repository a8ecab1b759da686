import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatewayError } from '#libs/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasUnanswered } from './unanswered.ts';

/** The socket of an upgrade request, and the first bytes of the new protocol. */
export interface Upgrade {
  socket: Duplex;
  head: Buffer;
}

const UPGRADE = { upgrade: 'websocket', connection: 'Upgrade, close' };

/** The paths that accept WebSockets. */
const PATH = /^\/(graphql|socket\.io)\/?(\?|$)/;

/**
 * Whether a request is a valid WebSocket upgrade. Any other `Upgrade` is ignored, as RFC 9110, section 7.8,
 * allows, and the request is answered normally. So is an upgrade that is pipelined behind unanswered requests,
 * whose responses come first.
 */
export const becomesSocket = ({ method, headers, url = '', socket }: IncomingMessage): boolean =>
  // RFC 6455, section 4.1, requires GET.
  method === 'GET' &&
  /(^|,)\s*websocket\s*(,|$)/i.test(headers.upgrade ?? '') &&
  PATH.test(url) &&
  !hasUnanswered(socket);

/**
 * Sends WebSocket upgrades through the same pipeline as requests, so that authentication, limits and origin checks
 * apply. The handler of the protocol takes the socket; without one the upgrade is answered as a plain request.
 */
@Injectable()
export class Upgrades implements OnModuleInit {
  private readonly requests = new WeakMap<IncomingMessage, Upgrade>();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.requests.set(request, { socket, head });
      // The client may have offered others.
      request.headers.upgrade = 'websocket';
      const protocols = protocolsIn(request);
      // The libraries of protocols refuse empty elements.
      if (protocols.length) request.headers['sec-websocket-protocol'] = protocols.join(', ');
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket as never);
      response.once('finish', () => socket.end());
      fastify.routing(request, response);
    });
  }

  /** Hands over the socket of an upgrade request, once; undefined for plain requests. */
  take(request: FastifyRequest, response: ServerResponse): Upgrade | undefined {
    const upgrade = this.requests.get(request.raw);
    if (upgrade) response.detachSocket(upgrade.socket as never);
    this.requests.delete(request.raw);
    // An open socket does no work by itself, so it leaves its place to another request.
    request.place?.leave();
    return upgrade;
  }

  /** Whether a request is an upgrade that has not been taken. */
  has({ raw }: FastifyRequest): boolean {
    return this.requests.has(raw);
  }
}

/** A nonce of 16 bytes in base64 (RFC 6455, section 4.1). */
const KEY = /^[+/\dA-Za-z]{22}==$/;
const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;

/**
 * The error for a handshake that is not valid (RFC 6455, section 4.2.1), which the library of the protocol would answer in its
 * own format.
 */
export function handshakeRefusal({ headers, raw }: FastifyRequest): GatewayError | undefined {
  const { 'sec-websocket-version': version = '', 'sec-websocket-key': key = '' } = headers;
  if (!/^(8|13)$/.test(version))
    return new GatewayError('UPGRADE_REQUIRED', {
      detail: 'The version of WebSocket must be 13.',
      headers: { ...UPGRADE, 'sec-websocket-version': '13' },
    });
  if (!KEY.test(key)) return badHandshake('Sec-WebSocket-Key', 'Must be 16 bytes in base64');
  const protocols = protocolsIn(raw);
  const isNone = !protocols.length && headers['sec-websocket-protocol'] !== undefined;
  if (!isNone && protocols.every((name) => TOKEN.test(name)) && new Set(protocols).size === protocols.length)
    return undefined;
  return badHandshake('Sec-WebSocket-Protocol', 'Must be a list of different names');
}

/** The subprotocols that a client offers; empty elements of the list count for nothing (RFC 9110, section 5.6.1.2). */
const protocolsIn = ({ headers }: IncomingMessage): string[] =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

function badHandshake(field: string, message: string): GatewayError {
  const errors = [{ field, message }];
  return new GatewayError('BAD_REQUEST', { detail: 'The WebSocket handshake is not valid.', errors });
}

/** The error for a plain request at a WebSocket path: 426 (RFC 9110, section 15.5.22), or 400 over HTTP/2. */
export function upgradeRequired({ raw }: FastifyRequest, hint: string): GatewayError {
  const detail = `This is a WebSocket endpoint: ${hint}`;
  if (raw.httpVersionMajor > 1)
    return new GatewayError('BAD_REQUEST', { detail: `${detail} It requires HTTP/1.1.` });
  const proxy = 'If the client sent an upgrade, a proxy has removed the headers Upgrade and Connection.';
  return new GatewayError('UPGRADE_REQUIRED', {
    detail: `${detail} ${proxy}`,
    headers: UPGRADE,
  });
}
