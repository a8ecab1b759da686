import { Config } from '#gateway/config/config';
import { clientAppOf } from '#gateway/edge/context/client-app';
import { endRequestSpan, SWITCHED } from '#gateway/edge/tracing/server-span';
import { isFromKnownOrigin } from '#gateway/identity/browser/from-page';
import { isOfKind } from '#gateway/declare/route-kind';
import { accept, credentials, schemeOf } from '#gateway/identity/credentials';
import { faultOf, PresentedTokens } from '#gateway/identity/tokens/presented-tokens';
import { socketCredentialsIn } from '#gateway/identity/tokens/socket-credentials';
import { handshakeRefusal, Upgrades } from '#gateway/edge/listener/upgrades';
import { closeFlooded, FrameLimit, noteFrameErrors } from '#gateway/edge/limits/frame-limit';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import type { GraphqlUpgrades } from '#gateway/edge/graphql-stages';
import type { Done } from '#gateway/edge/stage/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { CloseCode, type Context as Connection, handleProtocols, makeServer, type Server } from 'graphql-ws';
import { PinoLogger } from 'nestjs-pino';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { SocketOperations } from './socket-operations.ts';
import { SocketStream } from './socket-stream.ts';
import { isServerMessage } from './server-message.ts';
import { withQuery } from './with-query.ts';

/** The time limit for `connection_init`, in milliseconds. */
const INIT_MS = 3_000;

const TRY_AGAIN_LATER = 1013;

/** The most characters of a reason: a close frame has room for 123 bytes (RFC 6455, section 5.5). */
const MAX_REASON_LENGTH = 123;

/** The state of a connection. */
interface Kept {
  socket: WebSocket;
  /** The upgrade request. */
  request: FastifyRequest;
  /** Set once the connection is authenticated. */
  stream?: SocketStream;
}
type Connected = Connection<Record<string, unknown>, Kept & Record<string, unknown>>;

/** Serves GraphQL over WebSocket at `/graphql` (graphql-transport-ws, with its close codes). */
@Injectable()
export class WebSocketHandler implements GraphqlUpgrades {
  private readonly sockets: WebSocketServer;
  private readonly protocol: Server<Kept & Record<string, unknown>>;

  constructor(
    private readonly upgrades: Upgrades,
    private readonly config: Config,
    private readonly tokens: PresentedTokens,
    private readonly streams: OpenStreams,
    private readonly operations: SocketOperations,
    private readonly logger: PinoLogger,
  ) {
    this.sockets = new WebSocketServer({
      noServer: true,
      handleProtocols,
      maxPayload: config.GRAPHQL_BODY_LIMIT_BYTES,
      perMessageDeflate: false,
    });
    this.protocol = makeServer<Record<string, unknown>, Kept & Record<string, unknown>>({
      connectionInitWaitTimeout: INIT_MS,
      onConnect: (connection) => this.connect(connection),
      onSubscribe: ({ extra, subscriptions }, id, payload) =>
        this.operations.begin(extra.request, subscriptions, id, payload),
      subscribe: (args: ExecutionArgs) => this.operations.subscribe(args),
      execute: (args: ExecutionArgs) => this.operations.execute(args),
      onNext: ({ extra }, _id, _payload, args, result: ExecutionResult) => {
        extra.stream?.note();
        return this.operations.formatted(args, result);
      },
    });
  }

  preValidation(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    if (!isOfKind(request, 'graphql') || !this.upgrades.has(request)) return done();
    if (!isFromKnownOrigin(request, this.config))
      return done(new GatewayError('FORBIDDEN', { detail: 'This origin is not allowed.' }));
    const refusal = handshakeRefusal(request);
    if (refusal) return done(refusal);
    this.open(request, reply);
  }

  private open(request: FastifyRequest, reply: FastifyReply): void {
    request.isStream = true;
    request.context.settle();
    reply.hijack();
    const { socket, head } = this.upgrades.take(request, reply.raw)!;
    this.sockets.handleUpgrade(request.raw, socket, head, (client) => this.speak(client, request));
  }

  private speak(socket: WebSocket, request: FastifyRequest): void {
    noteFrameErrors(socket, request);
    const frames = new FrameLimit();
    const isTooMuch = (): boolean => {
      if (frames.take()) return false;
      closeFlooded(socket, request);
      return true;
    };
    socket.on('ping', isTooMuch);
    const closed = this.protocol.opened(
      {
        protocol: socket.protocol,
        // Send errors are ignored: the socket closes anyway.
        send: (text) => socket.send(text, () => {}),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (hear) =>
          void socket.on('message', (data) => isTooMuch() || void this.hear(socket, data, hear)),
      },
      { socket, request },
    );
    socket.once('close', (code, reason) => {
      void closed(code, reason.toString());
      endRequestSpan(request, SWITCHED);
      request.server.logUpgraded(request);
    });
  }

  private async hear(socket: WebSocket, data: RawData, hear: (text: string) => Promise<void>): Promise<void> {
    const text = (data as Buffer).toString();
    if (isServerMessage(text)) return socket.close(CloseCode.BadRequest, 'Invalid message received');
    try {
      await hear(withQuery(text));
    } catch (error) {
      this.logger.error({ err: error }, 'internal error');
      socket.close(CloseCode.InternalServerError, 'Internal error');
    }
  }

  /** Authenticates a connection by the token of `connection_init`, else by its upgrade's credentials. False closes with 4403. */
  private async connect({ connectionParams, extra }: Connected): Promise<boolean> {
    const { request, socket } = extra;
    const given = socketCredentialsIn(connectionParams, request.query);
    const { authorization, unread } = given;
    // Browsers cannot send headers with an upgrade.
    const app = clientAppOf(Object.fromEntries(given.members));
    if (app !== undefined) request.context.client.app = app;
    if (authorization === undefined && unread !== undefined) {
      // Unlike 4403, this ends the attempts of clients: the next one would be the same.
      socket.close(CloseCode.BadRequest, `Credentials in ${unread} are not read: send authorization.`);
      return false;
    }
    try {
      if (authorization !== undefined) await this.authenticate(request, authorization, given.proof);
      const { state, refusal } = credentials.of(request.context);
      if (state === 'unchecked') throw refusal!;
      if (state === 'invalid') throw refusal ?? new GatewayError('UNAUTHENTICATED');
      if (state === 'forged') return false;
      extra.stream = this.streams.add(request.context, request.routeOptions.url!, () => new SocketStream(socket));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const isAuthenticated = error.code !== 'UNAUTHENTICATED';
      if (isAuthenticated) socket.close(TRY_AGAIN_LATER, error.code);
      else socket.close(CloseCode.Forbidden, error.detail?.slice(0, MAX_REASON_LENGTH));
      return isAuthenticated;
    }
    return true;
  }

  /**
   * Takes the caller of a token. Another scheme than the gateway's own is refused: no proxy reads it here, as it does a header.
   * @throws {GatewayError} UNAUTHENTICATED
   */
  private async authenticate(request: FastifyRequest, authorization: string, proof: unknown): Promise<void> {
    const caller = await this.tokens.callerOf(authorization, request, proof);
    if (!caller) throw new GatewayError('UNAUTHENTICATED', { detail: faultOf(authorization) });
    accept(request.context, caller);
    credentials.of(request.context).scheme = schemeOf(authorization);
  }
}
