import type { Server } from 'node:http';
import { constants, type Http2Session } from 'node:http2';
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
 * How long connections accepted before the port closed may send a request, and clients that still send a body may take to read
 * its answer, in milliseconds.
 */
const LAST_REQUESTS_MS = 500;

/**
 * How long after the first GOAWAY the second names the last stream, in milliseconds: more than a request of a proxy nearby is on its
 * way. Clients send what arrives later again (RFC 9113, section 6.8).
 */
const IN_TRANSIT_MS = 50;

/** The greatest id of a stream (RFC 9113, section 5.1.1). */
const MAX_STREAM_ID = 2 ** 31 - 1;

/**
 * Tells a client that its session ends, by a GOAWAY that refuses no stream (RFC 9113, section 6.8): a request that is on its way is
 * answered. A second one, while the port is still open, names the last stream. Between them, Apache leaves requests on idle connections
 * unsent, and fails writes among them.
 */
function announce(session: Http2Session, inTransitMs: number): void {
  if (session.closed) return;
  session.goaway(constants.NGHTTP2_NO_ERROR, MAX_STREAM_ID);
  const nameLast = async () => {
    // As at the end of the drain: what has arrived is read first.
    await arrivalsRead();
    if (!session.closed && !session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR);
  };
  const named = setTimeout(() => void nameLast(), inTransitMs).unref();
  session.once('close', () => clearTimeout(named));
}

/**
 * Drains connections before the server closes. HTTP/1.1 responses carry `Connection: close` (RFC 9112, section
 * 9.6), HTTP/2 sessions get GOAWAY (RFC 9113, section 6.8), and new requests are still answered. Clients close the
 * connections: if the server did, requests under way would be lost.
 */
@Injectable()
export class Drain implements OnModuleInit {
  private isClosing = false;
  private inTransitMs = IN_TRANSIT_MS;
  private readonly sessions = new Set<Http2Session>();
  /** Those with a first request. The others are told to end after it: their clients could send it nowhere. */
  private readonly used = new Set<Http2Session>();
  private unfinished: UnfinishedRequests | undefined;
  private cuts: NodeJS.Timeout | undefined;

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    this.unfinished = new UnfinishedRequests(server);
    server.on('session', (session: Http2Session) => {
      this.sessions.add(session);
      session.once('stream', () => {
        this.used.add(session);
        if (this.isClosing) announce(session, this.inTransitMs);
      });
      session.once('close', () => {
        this.sessions.delete(session);
        this.used.delete(session);
      });
    });
  }

  preClose(done: Done): void {
    this.begin();
    this.closeSessions();
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
   * Accepts connections for `forMs` milliseconds, then stops, and resolves half a second later. A load balancer
   * learns of the shutdown only after a while, and sends connections until then (Kubernetes removes an endpoint in
   * parallel with SIGTERM, not before it).
   */
  async run(forMs: number): Promise<void> {
    this.inTransitMs = Math.min(IN_TRANSIT_MS, forMs / 2);
    this.begin(forMs);
    await passed(forMs);
    await acceptWaiting(this.host.httpAdapter.getHttpServer() as Server);
    this.stopListening();
    this.closeSessions();
    this.cutAnswered();
    await passed(LAST_REQUESTS_MS);
    // Timers run before what has arrived is read: a process that could not run would close connections with requests.
    await arrivalsRead();
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
    for (const session of this.used) announce(session, this.inTransitMs);
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
  private closeSessions(): void {
    for (const session of this.sessions) {
      if (session.closed) continue;
      session.close();
      const late = setTimeout(() => session.destroy(), LEAVE_MS).unref();
      session.once('close', () => clearTimeout(late));
    }
  }
}
