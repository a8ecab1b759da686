import type { Server } from 'node:http';
import type { Http2Session } from 'node:http2';
import { Server as NetServer } from 'node:net';
import { setTimeout as passed } from 'node:timers/promises';
import type { Done, DoneWithPayload } from '#gateway/edge/stage/stage';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A session of HTTP/2 that has been told to end has so long, in milliseconds. */
const LEAVE_MS = 5_000;

/** Connections that were taken before the port closed have so long to ask, in milliseconds. */
const LAST_REQUESTS_MS = 500;

/**
 * Lets clients go before the server closes. Each is told with its next answer that its connection ends with that (RFC 9112,
 * section 9.6), or at once where it speaks HTTP/2 (RFC 9113, section 6.8); who comes meanwhile is still answered. A connection
 * that is closed while its next request is under way loses that request, and so it is the client's to close.
 */
@Injectable()
export class Drain implements OnModuleInit {
  private isClosing = false;
  private readonly sessions = new Set<Http2Session>();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.on('session', (session: Http2Session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
      if (this.isClosing) session.close();
    });
  }

  preClose(done: Done): void {
    this.begin();
    done();
  }

  onSend({ raw }: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneWithPayload): void {
    // Fastify says `close` where it has refused a body; HTTP/2 has no such header (RFC 9113, section 8.2.2).
    if (raw.httpVersionMajor > 1) void reply.removeHeader('connection');
    else if (this.isClosing) void reply.header('connection', 'close');
    done(null, payload);
  }

  /**
   * Resolves half a second after so many milliseconds, whoever is connected: whoever sends clients here hears only in a while that it should not,
   * and until then their connections are taken (Kubernetes removes an endpoint beside the SIGTERM, not before it).
   */
  async run(forMs: number): Promise<void> {
    this.begin();
    await passed(forMs);
    this.stopListening();
    await passed(LAST_REQUESTS_MS);
  }

  /**
   * Takes no more connections, and leaves open those that are there: `close` of an HTTP server also closes those without a request
   * under way, among them one whose first request has not been read. Proxies that do not look at `/readyz` send until refused.
   */
  private stopListening(): void {
    NetServer.prototype.close.call(this.host.httpAdapter.getHttpServer() as Server);
  }

  private begin(): void {
    this.isClosing = true;
    for (const session of this.sessions) {
      if (session.closed) continue;
      session.close();
      const late = setTimeout(() => session.destroy(), LEAVE_MS).unref();
      session.once('close', () => clearTimeout(late));
    }
  }
}
