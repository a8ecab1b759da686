import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What came with a request to speak another protocol. */
export interface Upgrade {
  socket: Duplex;
  head: Buffer;
}

const NOT_SO = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Lets requests for another protocol (RFC 9110, section 7.8) pass the same edge as all others, so that who asks, how often, and
 * from which page is known. A door that knows the protocol takes the socket; without one they are answered as plain requests.
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
      // No other method can (RFC 6455, section 4.1), and a body would be waited for in vain.
      if (request.method !== 'GET') return void socket.end(NOT_SO);
      this.arrived.set(request, { socket, head });
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket as never);
      response.once('finish', () => socket.end());
      fastify.routing(request, response);
    });
  }

  /** The socket of a request that asks for a protocol, and nobody else will have it then; undefined for plain requests. */
  take({ raw }: FastifyRequest, response: ServerResponse): Upgrade | undefined {
    const upgrade = this.arrived.get(raw);
    if (upgrade) response.detachSocket(upgrade.socket as never);
    this.arrived.delete(raw);
    return upgrade;
  }

  /** Whether a request asks for another protocol. */
  has({ raw }: FastifyRequest): boolean {
    return this.arrived.has(raw);
  }
}
