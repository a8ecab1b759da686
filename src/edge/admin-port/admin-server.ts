import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { Config } from '#gateway/config/config';
import { continueWhenRead } from '#gateway/edge/listener/expect-continue';
import { answerParserError, answerUnusual } from '#gateway/edge/malformed/parser-errors';
import { GatewayError } from '#libs/errors';
import { isOfKind } from '#gateway/declare/route-kind';
import { isAdminRoute } from '#gateway/declare/admin-route';
import { listening } from '#libs/process';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Done } from '#gateway/edge/stage/stage';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { adminHosts } from './admin-host.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the request arrived on the admin port. */
    isOperator: boolean;
  }
}

const OTHER_HOST = 'The Host header is not an allowed host name of the admin port (ADMIN_HOSTS).';

/**
 * Serves the routes of operators on a port of their own, through the same pipeline. Admin routes answer 404 on the
 * public port, and public routes on the admin port. All routes but probes require a known `Host`.
 */
@Injectable()
export class AdminServer implements BeforeApplicationShutdown {
  private server: Server | undefined;
  private readonly arrivals = new WeakSet<IncomingMessage>();
  private readonly isOurHost: (header: string | undefined) => boolean;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: Config,
  ) {
    this.isOurHost = adminHosts(config);
  }

  onRequest(request: FastifyRequest, _reply: FastifyReply, done: Done): void {
    request.isOperator = this.arrivals.has(request.raw);
    done(this.refusal(request));
  }

  /** Opens the admin port. @returns its number @throws {PortInUseError} */
  async listen(): Promise<number> {
    const { ADMIN_PORT, ADMIN_HOST } = this.config;
    const answer: RequestListener = (request, response) => {
      this.arrivals.add(request);
      // The bare address leads to the pages.
      if (request.url === '/') request.url = '/admin';
      this.fastify.routing(request, response);
    };
    const server = continueWhenRead(createServer({ requireHostHeader: false }, answer), answer);
    this.server = server;
    server.on('clientError', answerParserError.bind(this.fastify));
    answerUnusual(server, this.fastify);
    const opened = new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(ADMIN_PORT, ADMIN_HOST, resolve);
    });
    await listening(opened, ADMIN_PORT, 'ADMIN_PORT', 'ADMIN_HOST');
    return (server.address() as { port: number }).port;
  }

  beforeApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeIdleConnections();
  }

  private get fastify(): FastifyInstance {
    return this.host.httpAdapter.getInstance<FastifyInstance>();
  }

  private refusal(request: FastifyRequest): GatewayError | undefined {
    if (isOfKind(request, 'probe')) return undefined;
    const { raw, isOperator } = request;
    const { url } = request.routeOptions;
    if (isOperator && !this.isOurHost(raw.headers.host))
      return new GatewayError('FORBIDDEN', { detail: OTHER_HOST });
    if (url === undefined || isAdminRoute(url) === isOperator) return undefined;
    return new GatewayError('NOT_FOUND', { detail: 'There is no resource at this path.' });
  }
}
