import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Config } from '#gateway/config/config';
import { endRequestSpan, SWITCHED } from '#gateway/edge/tracing/server-span';
import { isFromKnownOrigin } from '#gateway/identity/browser/from-page';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { accept, credentials } from '#gateway/identity/credentials';
import { faultOf, PresentedTokens } from '#gateway/identity/tokens/presented-tokens';
import { socketCredentialsIn, textOf } from '#gateway/identity/tokens/socket-credentials';
import { problemOf } from '#gateway/edge/errors/problem';
import { handshakeRefusal, upgradeRequired, Upgrades } from '#gateway/edge/listener/upgrades';
import { FirstUses } from '#gateway/edge/first-uses/first-uses';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { GatewayError } from '#libs/errors';
import { Redis } from '#libs/redis';
import type { Caller } from '#libs/upstream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Socket as Connection } from 'engine.io';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Server, Socket } from 'socket.io';
import type { WebSocket } from 'ws';
import { closeFlooded, FrameLimit, noteFrameErrors } from '#gateway/edge/limits/frame-limit';
import { type LoadedServer, loadServer } from './load-server.ts';
import { SocketIoStream } from './socket-io-stream.ts';

const PATH = '/socket.io/';
/** The caller of a socket, as stored in `socket.data`: visible to other gateways and kept for recovery. */
export interface SocketData {
  callerId: string;
  scopes: readonly string[];
  sessionId?: string;
  expiresAt?: number;
}

/** Refuses query parameters that Engine.IO would answer in its own format, some of them after the upgrade. */
function queryRefusal({ query }: FastifyRequest): GatewayError | undefined {
  const { EIO, transport, sid } = query as Record<string, unknown>;
  const errors = [
    ...(EIO === '4' ? [] : [{ field: 'EIO', message: 'Must be 4: the client must be of Socket.IO 3 or later' }]),
    ...(transport === 'websocket' ? [] : [{ field: 'transport', message: 'Must be websocket' }]),
    ...(sid === undefined ? [] : [{ field: 'sid', message: 'Must not be given: connections are never upgraded' }]),
  ];
  if (!errors.length) return undefined;
  return new GatewayError('BAD_REQUEST', { detail: 'The handshake of Socket.IO is not valid.', errors });
}

/**
 * Serves Socket.IO at `/socket.io/` behind the request pipeline. It is loaded once the gateway has started, or on first use.
 */
@Injectable()
export class SocketIoServer implements OnModuleInit {
  /** Emits `connection` for each admitted socket. */
  readonly arrivals = new EventEmitter<{ connection: [Socket] }>();
  private loaded: Promise<LoadedServer> | undefined;
  /** The Fastify requests of upgrades, by their raw requests. */
  private readonly opened = new WeakMap<IncomingMessage, FastifyRequest>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly upgrades: Upgrades,
    private readonly config: Config,
    private readonly tokens: PresentedTokens,
    private readonly ends: SessionEnds,
    private readonly streams: OpenStreams,
    @Inject(Redis) private readonly redis: Redis | null,
    firstUses: FirstUses,
  ) {
    firstUses.add(() => this.load());
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.get(PATH, (request, reply) => this.open(request, reply));
  }

  /** The upgrade request of a socket. */
  requestOf(socket: Socket): FastifyRequest {
    return this.opened.get(socket.request)!;
  }

  /** The server of all sockets, those at other gateways included. */
  async server(): Promise<Server> {
    return (await this.load()).server;
  }

  async close(): Promise<void> {
    await (await this.loaded)?.close();
  }

  private load(): Promise<LoadedServer> {
    this.loaded ??= loadServer(this.config, this.redis).then(
      (loaded) => this.serve(loaded),
      (error: unknown) => {
        // The next use tries again, and the shutdown has nothing to close.
        this.loaded = undefined;
        throw error;
      },
    );
    return this.loaded;
  }

  private serve(loaded: LoadedServer): LoadedServer {
    const { server, engine } = loaded;
    engine.on('connection', (connection: Connection) => this.watch(connection));
    server.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (error: GatewayError) => next(this.refusal(error, socket)),
      );
    });
    server.on('connection', (socket) => void this.arrivals.emit('connection', socket));
    this.refuseSessionsThatEnded(server);
    return loaded;
  }

  private async open(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!this.upgrades.has(request)) {
      throw upgradeRequired(request, "clients of Socket.IO need transports: ['websocket'].");
    }
    if (!isFromKnownOrigin(request, this.config))
      throw new GatewayError('FORBIDDEN', { detail: 'This origin is not allowed.' });
    const refusal = handshakeRefusal(request) ?? queryRefusal(request);
    if (refusal) throw refusal;
    // By HTTP, which clients try again: one that is refused by a packet does not reconnect.
    this.streams.checkCapacity();
    const { engine } = await this.load();
    request.isStream = true;
    request.context.settle();
    reply.hijack();
    const { socket, head } = this.upgrades.take(request, reply.raw)!;
    const ended = () => {
      endRequestSpan(request, SWITCHED);
      request.server.logUpgraded(request);
    };
    // Its client may have left while Socket.IO was loaded.
    if (socket.destroyed) return ended();
    socket.once('close', ended);
    this.opened.set(request.raw, request);
    engine.handleUpgrade(request.raw as never, socket, head);
  }

  private watch(connection: Connection): void {
    const frames = new FrameLimit();
    const request = this.opened.get(connection.request)!;
    const { socket } = connection.transport as unknown as { socket: WebSocket };
    noteFrameErrors(socket, request);
    const count = () => {
      if (frames.take()) return;
      closeFlooded(socket, request);
      connection.close(true);
    };
    connection.on('packet', count);
    socket.on('ping', count);
  }

  /** Authenticates a socket by the token of its handshake, else by the credentials of its upgrade. @throws {GatewayError} */
  private async admit(socket: Socket): Promise<void> {
    const request = this.requestOf(socket);
    const caller = await this.callerOf(socket, request);
    if (caller?.id === undefined) throw unauthenticated('A token is required: auth: { token }.');
    const { callerId } = socket.data as Partial<SocketData>;
    if (socket.recovered && callerId !== caller.id)
      throw new GatewayError('FORBIDDEN', { detail: 'This connection belongs to another caller.' });
    accept(request.context, caller);
    this.streams.add(request.context, PATH, () => new SocketIoStream(socket));
    Object.assign(socket.data, {
      callerId: caller.id,
      scopes: caller.scopes,
      sessionId: caller.sessionId,
      expiresAt: caller.expiresAt,
    } satisfies SocketData);
  }

  private async callerOf(socket: Socket, request: FastifyRequest): Promise<Caller | undefined> {
    const { members, proof, unread, ...given } = socketCredentialsIn(socket.handshake.auth);
    const token = textOf(members.get('token'));
    const authorization = token === undefined ? given.authorization : withScheme(token, proof);
    if (authorization === undefined) {
      if (unread !== undefined)
        throw unauthenticated(`Credentials in ${unread} are not read: send auth: { token }.`);
      const { state, refusal } = credentials.of(request.context);
      if (state === 'unchecked') throw refusal!;
      return state === 'valid' ? request.context.caller : undefined;
    }
    const caller = await this.tokens.callerOf(authorization, request, proof);
    if (!caller) throw unauthenticated(faultOf(authorization));
    return caller;
  }

  /** Does not restore sessions that have ended or whose token expired: Socket.IO replays missed packets before authentication. */
  private refuseSessionsThatEnded(server: Server): void {
    const { adapter } = server.sockets;
    const restore = adapter.restoreSession.bind(adapter);
    adapter.restoreSession = async (id, offset) => {
      const session = await restore(id, offset);
      const { sessionId, expiresAt = Infinity } = (session?.data ?? {}) as Partial<SocketData>;
      const isOver = expiresAt <= Date.now() || (sessionId !== undefined && this.ends.has(sessionId));
      return (isOver ? undefined : session) as typeof session;
    };
  }

  /** The error of the client's `connect_error` event; its `data` is a problem. */
  private refusal(error: GatewayError, socket: Socket): Error {
    const data = problemOf(error, { originalUrl: PATH, id: this.requestOf(socket).id });
    return Object.assign(new Error(error.code), { data });
  }
}

/** A token as the value of `Authorization`; some clients send it with its scheme. */
const withScheme = (token: string, proof: unknown): string =>
  /^(?:Bearer|DPoP) /i.test(token) ? token : `${proof === undefined ? 'Bearer' : 'DPoP'} ${token}`;

const unauthenticated = (detail: string): GatewayError => new GatewayError('UNAUTHENTICATED', { detail });
