import type { IncomingMessage } from 'node:http';
import { Config } from '#gateway/config/config';
import { isFromKnownOrigin } from '#gateway/identity/browser/from-page';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { accept, credentials } from '#gateway/identity/credentials';
import { PresentedTokens } from '#gateway/identity/tokens/presented-tokens';
import { problemOf } from '#gateway/edge/errors/problem';
import { upgradeRequired, Upgrades } from '#gateway/edge/listener/upgrades';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { GatewayError } from '#libs/errors';
import type { Caller } from '#libs/upstream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server as Engine, type Socket as Connection } from 'engine.io';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Server, type Socket } from 'socket.io';
import { AcrossGateways } from './across-gateways.ts';
import { boundRecovery } from './bound-recovery.ts';
import { FrameLimit } from '#gateway/edge/limits/frame-limit';
import { SocketIoStream } from './socket-io-stream.ts';

const PATH = '/socket.io/';
/** Who has not said who they are by then is cut, in milliseconds. */
const INIT_MS = 3_000;
/** Who is back within so long goes on where they were, in milliseconds. */
const RECOVERY_MS = 120_000;
/** What is kept in memory for them, in bytes; Redis keeps its own where there is one. */
const RECOVERY_BYTES = 4_194_304;

/** What is known of who is at a socket: kept where others see it, and for who comes back. */
export interface Known {
  callerId: string;
  scopes: readonly string[];
  sessionId?: string;
  expiresAt?: number;
}

/**
 * Lets Socket.IO in at `/socket.io/`, past the same edge as all requests, over WebSockets alone: polling would bind each client
 * to one gateway.
 */
@Injectable()
export class SocketIoDoor implements OnModuleInit {
  readonly server: Server;
  private readonly engine: Engine;
  private readonly endAcross: () => void;
  /** The upgrades of connections, as the edge has seen them. */
  private readonly opened = new WeakMap<IncomingMessage, FastifyRequest>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly upgrades: Upgrades,
    private readonly config: Config,
    private readonly tokens: PresentedTokens,
    private readonly ends: SessionEnds,
    private readonly streams: OpenStreams,
    @Inject(AcrossGateways) across: AcrossGateways | null,
  ) {
    this.engine = new Engine({
      transports: ['websocket'],
      allowUpgrades: false,
      perMessageDeflate: false,
      maxHttpBufferSize: config.BODY_LIMIT_BYTES,
      pingInterval: config.STREAM_HEARTBEAT_MS,
    });
    this.endAcross = across?.end ?? (() => {});
    this.server = new Server({
      serveClient: false,
      connectTimeout: INIT_MS,
      connectionStateRecovery: { maxDisconnectionDuration: RECOVERY_MS, skipMiddlewares: false },
      ...(across ? { adapter: across.adapter } : {}),
    });
    boundRecovery(this.server, RECOVERY_BYTES);
    this.server.bind(this.engine);
    this.engine.on('connection', (connection: Connection) => this.watch(connection));
    this.server.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (error: GatewayError) => next(this.refusal(error, socket)),
      );
    });
    this.refuseSessionsThatEnded();
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.get(PATH, (request, reply) => this.open(request, reply));
  }

  /** The request that a socket came by. */
  requestOf(socket: Socket): FastifyRequest {
    return this.opened.get(socket.request)!;
  }

  async close(): Promise<void> {
    await this.server.close();
    this.endAcross();
  }

  private open(request: FastifyRequest, reply: FastifyReply): void {
    if (!this.upgrades.has(request)) {
      throw upgradeRequired(request, "clients of Socket.IO need transports: ['websocket'].");
    }
    if (!isFromKnownOrigin(request, this.config))
      throw new GatewayError('FORBIDDEN', { detail: 'This origin is not allowed.' });
    request.isStream = true;
    request.context.settle();
    reply.hijack();
    const { socket, head } = this.upgrades.take(request, reply.raw)!;
    socket.once('close', () => request.server.logUpgraded(request));
    this.opened.set(request.raw, request);
    this.engine.handleUpgrade(request.raw as never, socket, head);
  }

  private watch(connection: Connection): void {
    const frames = new FrameLimit();
    const count = () => {
      if (!frames.take()) connection.close(true);
    };
    connection.on('packet', count);
    const { socket } = connection.transport as unknown as { socket: NodeJS.EventEmitter };
    socket.on('ping', count);
  }

  /** Who connects: by the token of their handshake, else as their upgrade was. @throws {GatewayError} */
  private async admit(socket: Socket): Promise<void> {
    const request = this.requestOf(socket);
    const caller = await this.callerOf(socket, request);
    if (caller?.id === undefined)
      throw new GatewayError('UNAUTHENTICATED', { detail: 'This needs a token: auth: { token }.' });
    const { callerId } = socket.data as Partial<Known>;
    if (socket.recovered && callerId !== caller.id)
      throw new GatewayError('FORBIDDEN', { detail: 'This connection was of somebody else.' });
    accept(request.context, caller);
    this.streams.add(request.context, PATH, () => new SocketIoStream(socket));
    socket.data = {
      callerId: caller.id,
      scopes: caller.scopes,
      sessionId: caller.sessionId,
      expiresAt: caller.expiresAt,
    } satisfies Known;
  }

  private async callerOf(socket: Socket, request: FastifyRequest): Promise<Caller | undefined> {
    const { token, dpop: proof } = socket.handshake.auth as { token?: unknown; dpop?: unknown };
    if (token === undefined) {
      const { state, refusal } = credentials.of(request.context);
      if (state === 'unchecked') throw refusal!;
      return state === 'valid' ? request.context.caller : undefined;
    }
    if (typeof token !== 'string') return undefined;
    const scheme = proof === undefined ? 'Bearer' : 'DPoP';
    return this.tokens.callerOf(`${scheme} ${token}`, request, proof);
  }

  /** What is kept for who comes back is told before they are asked who they are: not after their session or token ended. */
  private refuseSessionsThatEnded(): void {
    const { adapter } = this.server.sockets;
    const restore = adapter.restoreSession.bind(adapter);
    adapter.restoreSession = async (id, offset) => {
      const session = await restore(id, offset);
      const { sessionId, expiresAt = Infinity } = (session?.data ?? {}) as Partial<Known>;
      const isOver = expiresAt <= Date.now() || (sessionId !== undefined && this.ends.has(sessionId));
      return (isOver ? undefined : session) as typeof session;
    };
  }

  /** As the client's `connect_error` tells it. */
  private refusal(error: GatewayError, socket: Socket): Error {
    const data = problemOf(error, { originalUrl: PATH, id: this.requestOf(socket).id });
    return Object.assign(new Error(error.code), { data });
  }
}
