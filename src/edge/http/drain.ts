import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as passed } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/**
 * Lets clients go before the server closes. Each is told with its next answer that its connection ends with that (RFC 9112,
 * section 9.6); who comes meanwhile is still answered. A connection that is closed while its next request is under way
 * loses that request, and so it is the client's to close.
 */
@Injectable()
export class Drain implements OnModuleInit {
  private isClosing = false;
  private readonly connections = new Set<Socket>();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    (this.host.httpAdapter.getHttpServer() as Server).on('connection', (socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
    fastify.addHook('preClose', (done) => {
      this.isClosing = true;
      done();
    });
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      if (this.isClosing) void reply.header('connection', 'close');
      done(null, payload);
    });
  }

  /** Resolves once no connection is left, or after so many milliseconds. */
  async run(mostMs: number): Promise<void> {
    this.isClosing = true;
    const late = new AbortController();
    const timeout = passed(mostMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([this.emptied(), timeout]);
    late.abort();
  }

  private async emptied(): Promise<void> {
    for (const socket of this.connections) {
      if (!socket.destroyed) await once(socket, 'close');
    }
  }
}
