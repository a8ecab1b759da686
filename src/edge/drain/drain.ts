import { Server as HttpServer, type Server } from 'node:http';
import type { Http2Session } from 'node:http2';
import { Server as NetServer } from 'node:net';
import { setImmediate as arrivalsRead, setTimeout as passed } from 'node:timers/promises';
import type { Done, DoneWithPayload } from '#gateway/edge/stage/stage';
import { acceptWaiting, STOP_MS } from '#libs/process';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UnfinishedRequests } from './unfinished-requests.ts';

/** How long an HTTP/2 session may stay open after GOAWAY, in milliseconds. */
const LEAVE_MS = 5_000;

/**
 * How long clients may take for the rest of a request after the drain, in milliseconds: a little less than the process waits for its
 * end, and then it would end with 1.
 */
const LAST_BODIES_MS = STOP_MS - 1_000;

/**
 * How long connections accepted before the port closed may send a request at least, and clients that still send a body may take to
 * read its answer, in milliseconds.
 */
const LAST_REQUESTS_MS = 500;

/**
 * How long a connection may take for its first request after it was accepted, in milliseconds: over TLS and a mobile network, or
 * from a busy machine, that is more than a second.
 */
const FIRST_REQUEST_MS = 3_000;

/** Names the last stream that is answered. After any GOAWAY, nghttp2 ignores the streams of requests that were on their way. */
async function sendGoaway(session: Http2Session): Promise<void> {
  // What has arrived is read first.
  await arrivalsRead();
  if (!session.closed && !session.destroyed) session.goaway();
}

/**
 * Drains connections before the server closes. HTTP/1.1 responses carry `Connection: close` (RFC 9112, section
 * 9.6), HTTP/2 sessions get GOAWAY (RFC 9113, section 6.8) when half of the drain is over, and new requests are still answered.
 * Until then, proxies that check readiness have gone elsewhere, so that no request meets the GOAWAY on its way: clients do not send again
 * what has a body. Clients close the connections: if the server did, requests under way would be lost.
 */
@Injectable()
export class Drain implements OnModuleInit {
  private isClosing = false;
  private isLeaving = false;
  /** When they were opened, by `performance.now()`. */
  private readonly sessions = new Map<Http2Session, number>();
  /** Those with a first request. The others are told to end after it: their clients could send it nowhere. */
  private readonly used = new Set<Http2Session>();
  private unfinished: UnfinishedRequests | undefined;
  private cuts: NodeJS.Timeout | undefined;

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    this.unfinished = new UnfinishedRequests(server);
    server.on('session', (session: Http2Session) => {
      this.sessions.set(session, performance.now());
      session.once('stream', () => {
        this.used.add(session);
        if (this.isLeaving) void sendGoaway(session);
      });
      session.once('close', () => {
        this.sessions.delete(session);
        this.used.delete(session);
      });
    });
  }

  preClose(done: Done): void {
    this.begin();
    this.closeSessions(this.sessions.keys());
    this.cutAnswered();
    done();
  }

  onSend({ raw }: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneWithPayload): void {
    // Fastify adds `Connection: close` after refusing a body; HTTP/2 forbids the header (RFC 9113, section 8.2.2).
    if (raw.httpVersionMajor > 1) void reply.removeHeader('connection');
    else if (this.isClosing) void reply.header('connection', 'close');
    done(null, payload);
  }

  /**
   * Accepts connections for `forMs` milliseconds, then stops, and resolves half a second later, or when the last connections have
   * had time for their first request. A load balancer
   * learns of the shutdown only after a while, and sends connections until then (Kubernetes removes an endpoint in
   * parallel with SIGTERM, not before it).
   */
  async run(forMs: number): Promise<void> {
    this.begin(forMs);
    await passed(forMs / 2);
    this.isLeaving = true;
    for (const session of this.used) void sendGoaway(session);
    await passed(forMs / 2);
    await acceptWaiting(this.host.httpAdapter.getHttpServer() as Server);
    this.stopListening();
    this.closeSessions(this.used);
    this.cutAnswered();
    do await passed(LAST_REQUESTS_MS);
    while (this.areFirstExpected());
    // Timers run before what has arrived is read: a process that could not run would close connections with requests. Nothing
    // may come between, either: the app takes a while to close, and closes idle connections at its end.
    await arrivalsRead();
    HttpServer.prototype.closeIdleConnections.call(this.host.httpAdapter.getHttpServer() as Server);
  }

  /** Whether first requests may be on their way: closing an HTTP server closes connections without one, too (Node 26). */
  private areFirstExpected(): boolean {
    const since = performance.now() - FIRST_REQUEST_MS;
    const isExpected = ([session, openedAt]: [Http2Session, number]) =>
      openedAt > since && !this.used.has(session);
    return [...this.sessions].some(isExpected) || this.unfinished!.areFirstExpected(FIRST_REQUEST_MS);
  }

  /**
   * Stops accepting connections, and leaves open ones alone. `close` of an HTTP server would also close idle ones,
   * among them those whose first request has not been read. Proxies that ignore `/readyz` send until they are
   * refused.
   */
  private stopListening(): void {
    NetServer.prototype.close.call(this.host.httpAdapter.getHttpServer() as Server);
  }

  private begin(drainMs = 0): void {
    if (this.isClosing) return;
    this.isClosing = true;
    setTimeout(() => this.unfinished?.close(), drainMs + LAST_BODIES_MS).unref();
  }

  /** Reads no further what clients send that have their answer, such as a 413: at a byte a second it has no end. */
  private cutAnswered(): void {
    if (this.cuts) return;
    this.unfinished?.closeAnswered();
    const cuts = setInterval(() => this.unfinished?.closeAnswered(), LAST_REQUESTS_MS).unref();
    this.cuts = cuts;
    (this.host.httpAdapter.getHttpServer() as Server).once('close', () => clearInterval(cuts));
  }

  /** Ends HTTP/2 sessions with their last stream. Their clients have had the time of the drain to move elsewhere. */
  private closeSessions(sessions: Iterable<Http2Session>): void {
    for (const session of sessions) {
      if (session.closed) continue;
      session.close();
      const late = setTimeout(() => session.destroy(), LEAVE_MS).unref();
      session.once('close', () => clearTimeout(late));
    }
  }
}
