import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Config } from '#gateway/config/config';
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
    /** Whether it came by the admin port. */
    isOperator: boolean;
  }
}

const OTHER_HOST = 'The admin port has another host name: ADMIN_HOSTS lists the names it may be asked by.';

/**
 * The operators' door: the same server on a port of its own, so that its routes pass the same edge. What belongs to
 * operators does not exist on the public port, and the other way round. All but probes must be asked for by a known host.
 */
@Injectable()
export class AdminDoor implements BeforeApplicationShutdown {
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

  /** Opens the port. @returns the port that was opened. @throws {PortInUseError} */
  async listen(): Promise<number> {
    const { ADMIN_PORT, ADMIN_HOST } = this.config;
    const server = createServer({ requireHostHeader: false }, (request, response) => {
      this.arrivals.add(request);
      this.fastify.routing(request, response);
    });
    this.server = server;
    server.on('clientError', answerParserError.bind(this.fastify));
    answerUnusual(server, this.fastify);
    const opened = new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(ADMIN_PORT, ADMIN_HOST, resolve);
    });
    await listening(opened, ADMIN_PORT, 'ADMIN_PORT');
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
    return new GatewayError('NOT_FOUND', { detail: 'There is nothing at this address.' });
  }
}
