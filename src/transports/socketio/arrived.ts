import { problemOf } from '#gateway/edge/errors/problem';
import type { GatewayError } from '#libs/errors';
import { type Asked, type Body, check } from '#libs/view';
import type { Context } from '#libs/upstream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The acknowledgement of a message: the handler's result, or an RFC 9457 problem. */
export type Answer = { data: unknown } | { error: object };

/** A message received over a socket, handled like a request. */
export class Arrived {
  /**
   * @param context the message's own child context
   * @param request the upgrade request of the connection
   * @param event the event name
   * @param tell sends the acknowledgement
   */
  constructor(
    readonly context: Context,
    readonly request: FastifyRequest,
    readonly event: string,
    readonly body: unknown,
    private readonly tell: (answer: Answer) => void,
  ) {}

  answer(data: unknown): void {
    this.tell({ data });
  }

  refuse(error: GatewayError): void {
    this.tell({ error: problemOf(error, { originalUrl: this.event, id: this.context.log.requestId }) });
  }
}

/** Injects the validated body of a message. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED with one error a field */
export const Said = (body: Body): ParameterDecorator =>
  createParamDecorator((_: unknown, execution: ExecutionContext): Asked<Body> => {
    return check(body.schema, execution.switchToWs().getData<Arrived>().body);
  })();
