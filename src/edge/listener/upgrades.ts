import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatewayError } from '#libs/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasUnanswered } from './unanswered.ts';

/** What came with a request to speak another protocol. */
export interface Upgrade {
  socket: Duplex;
  head: Buffer;
}

/** Where WebSockets are spoken. */
const PATH = /^\/(graphql|socket\.io\/?)(\?|$)/;

/**
 * Whether a request is to become a WebSocket. Any other `Upgrade` is ignored, as RFC 9110, section 7.8, allows: the request is
 * answered as if it had none. So is one behind requests that are not answered yet: its answer has to wait for theirs.
 */
export const becomesSocket = ({ method, headers, url = '', socket }: IncomingMessage): boolean =>
  // No other method can (RFC 6455, section 4.1).
  method === 'GET' &&
  /(^|,)\s*websocket\s*(,|$)/i.test(headers.upgrade ?? '') &&
  PATH.test(url) &&
  !hasUnanswered(socket);

/**
 * Lets requests for a WebSocket pass the same pipeline as all others, so that who asks, how often, and from which page is known. A
 * door that knows the protocol takes the socket; without one they are answered as plain requests.
 */
@Injectable()
export class Upgrades implements OnModuleInit {
  private readonly arrived = new WeakMap<IncomingMessage, Upgrade>();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.arrived.set(request, { socket, head });
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket as never);
      response.once('finish', () => socket.end());
      fastify.routing(request, response);
    });
  }

  /** The socket of a request that asks for a protocol, and nobody else will have it then; undefined for plain requests. */
  take(request: FastifyRequest, response: ServerResponse): Upgrade | undefined {
    const upgrade = this.arrived.get(request.raw);
    if (upgrade) response.detachSocket(upgrade.socket as never);
    this.arrived.delete(request.raw);
    // From now on it only waits.
    request.place?.leave();
    return upgrade;
  }

  /** Whether a request asks for another protocol. */
  has({ raw }: FastifyRequest): boolean {
    return this.arrived.has(raw);
  }
}

/** Why a request cannot be answered that is no upgrade, at a path where only a WebSocket is spoken (RFC 9110, 15.5.22). */
export function upgradeRequired({ raw }: FastifyRequest, hint: string): GatewayError {
  const detail = `This is a WebSocket: ${hint}`;
  if (raw.httpVersionMajor > 1)
    return new GatewayError('BAD_REQUEST', { detail: `${detail} It is spoken over HTTP/1.1.` });
  const proxy = 'If the client asked for one, a proxy on the way has dropped the headers Upgrade and Connection.';
  return new GatewayError('UPGRADE_REQUIRED', {
    detail: `${detail} ${proxy}`,
    headers: { upgrade: 'websocket', connection: 'Upgrade, close' },
  });
}
