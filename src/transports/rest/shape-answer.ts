import { Limiter } from '#gateway/edge/limits/limiter';
import { reservation } from '#gateway/edge/limits/reservation';
import { unitsOf } from '#gateway/edge/limits/object-cost';
import { noteVersion } from '#gateway/declare/resource-version';
import { SocketMessage } from '#gateway/transports/socketio/socket-message';
import { serializer } from '#libs/view';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, answerOf } from '#gateway/declare/answers';
import { DEPRECATED, type Deprecation, deprecationHeaders } from '#gateway/declare/deprecated';
import { refuseUnknownQuery } from '#gateway/declare/question';
import { selectionFromQuery } from '#gateway/declare/selected-fields';
import { RouteCalls } from './route-calls.ts';

/**
 * Sets the serializer and headers of a REST response before its handler runs: it selects the view's fields and `?fields=`, and
 * adds `Location`, `Deprecation` and the version. When the response is written, the cost of its objects beyond the use case's
 * is taken from the caller's limits. Counts the call. A guard, since an interceptor makes an observable for every request.
 */
@Injectable()
export class ShapeAnswer implements CanActivate {
  constructor(
    private readonly limiter: Limiter,
    private readonly calls: RouteCalls,
  ) {}

  canActivate(execution: ExecutionContext): boolean {
    const handler = execution.getHandler();
    const deprecation = Reflect.getMetadata(DEPRECATED, handler) as Deprecation | undefined;
    if (execution.getType<string>() === 'ws') announce(deprecation, execution.switchToWs().getData());
    if (execution.getType<string>() !== 'http') return true;
    const http = execution.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    if (deprecation) void reply.headers(deprecationHeaders(deprecation));
    const answer = answerOf(handler);
    refuseUnknownQuery(handler, request, answer !== undefined);
    if (answer) void reply.serializer(this.writing(answer, request, reply));
    this.calls.count(execution, request);
    return true;
  }

  private writing(answer: Answer, request: FastifyRequest, reply: FastifyReply): (body: unknown) => string {
    const write = serializer(answer.view, selectionFromQuery(request, answer));
    return (body) => {
      // An error is serialized already.
      if (typeof body !== 'object' || body === null) return String(body);
      void reply.header('content-type', 'application/json; charset=utf-8');
      if (answer.isVersioned) noteVersion(request.context, (body as { version?: unknown }).version);
      if (answer.location) void reply.header('location', answer.location(body as never));
      const { text, objects } = write(body as Record<string, unknown>);
      this.limiter.settleAtLeast(reservation.of(request.context), unitsOf(objects));
      return text;
    };
  }
}

/** A message of a socket has no headers: its acknowledgement announces the end. */
function announce(deprecation: Deprecation | undefined, message: unknown): void {
  if (deprecation && message instanceof SocketMessage) message.deprecation = deprecation;
}
