import { problemOf } from '#gateway/edge/errors/problem';
import type { GatewayError } from '#libs/errors';
import { type Asked, type Body, check } from '#libs/view';
import type { Context } from '#libs/upstream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What a client is told of its message: what came of it, or why nothing did. */
export type Answer = { data: unknown } | { error: object };

/** A message that has come over a socket. It takes the place of a request. */
export class Arrived {
  /**
   * @param context of the message: a request of its own
   * @param request the upgrade of its connection
   * @param event what kind of message it is
   * @param tell answers it, where the client waits for an answer
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

/** What a message says, checked. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED, field by field */
export const Said = (body: Body): ParameterDecorator =>
  createParamDecorator((_: unknown, execution: ExecutionContext): Asked<Body> => {
    return check(body.schema, execution.switchToWs().getData<Arrived>().body);
  })();
