import type { Server } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { Config } from '#gateway/config/config';
import { isOfKind } from '#gateway/declare/route-kind';
import { spreadRefusal } from '#gateway/edge/errors/spread-refusal';
import type { Done } from '#gateway/edge/stage/stage';
import { maxOpenFiles } from '#libs/process';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { connectionsWithin } from './connections-within.ts';

/** The time between two warnings about refused connections, in milliseconds. */
const WARN_MS = 10_000;

/**
 * Limits the connections of clients to `MAX_CONNECTIONS`, and to what the file descriptors of the process allow. The
 * requests of some connections beyond are answered 503; further connections are closed at once, since each costs a
 * descriptor that the services, Redis or a file need.
 */
@Injectable()
export class ConnectionLimit implements OnModuleInit {
  /** Requests answered 503, and connections that were closed without an answer. */
  readonly refused = { answered: 0, closed: 0 };
  /** The open connections of clients. */
  open = 0;
  private max = Infinity;
  private warnedAt = -WARN_MS;
  /** What arrived when there were enough connections: sockets, and sessions of HTTP/2. */
  private readonly excess = new WeakSet<object>();

  constructor(
    private readonly config: Config,
    private readonly host: HttpAdapterHost,
    private readonly logger: PinoLogger,
  ) {}

  onModuleInit(): void {
    this.server.on('connection', (socket: Socket) => {
      this.open += 1;
      socket.once('close', () => (this.open -= 1));
      this.mark(socket);
    });
    for (const inside of ['secureConnection', 'session'])
      this.server.on(inside, (socket: object) => this.mark(socket));
    this.server.on('drop', () => {
      this.refused.closed += 1;
      this.warn();
    });
    this.apply(this.config);
  }

  /** Uses a changed limit for new connections; those that are open stay. */
  apply({ MAX_CONNECTIONS, MAX_STREAMS }: Config): void {
    const maxFiles = maxOpenFiles();
    const { served, accepted } = connectionsWithin(MAX_CONNECTIONS, maxFiles);
    this.max = served;
    this.server.maxConnections = accepted;
    if (served >= Math.min(MAX_CONNECTIONS, MAX_STREAMS)) return;
    this.logger.warn(
      { maxFiles, maxConnections: served },
      'the limit of open files allows fewer connections than MAX_CONNECTIONS and MAX_STREAMS',
    );
  }

  /** Refuses the requests of a connection that is too many. Probes are answered: a full gateway is not a broken one. */
  onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const { socket, httpVersionMajor } = request.raw;
    const session = (request.raw as { stream?: ServerHttp2Stream }).stream?.session;
    if (this.open <= this.max || !this.excess.has(session ?? socket) || isOfKind(request, 'probe')) return done();
    this.refused.answered += 1;
    this.warn();
    if (httpVersionMajor === 1) void reply.header('connection', 'close');
    else session?.close();
    done(tooMany());
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }

  private mark(socket: object): void {
    if (this.open > this.max) this.excess.add(socket);
  }

  private warn(): void {
    const now = performance.now();
    if (now - this.warnedAt < WARN_MS) return;
    this.warnedAt = now;
    this.logger.warn({ open: this.open, ...this.refused }, 'connections are refused: there are too many');
  }
}

const tooMany = spreadRefusal('connections', 'The gateway has too many open connections: try again later.');
