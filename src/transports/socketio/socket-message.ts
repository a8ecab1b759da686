import type { Deprecation } from '#gateway/declare/deprecated';
import { problemOf } from '#gateway/edge/errors/problem';
import { GatewayError } from '#libs/errors';
import { type InputOf, type Body, check } from '#libs/view';
import type { Context } from '#libs/upstream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The acknowledgement of a message: the handler's result, or an RFC 9457 problem. */
export type MessageAnswer = { data: unknown; deprecation?: Deprecation } | { error: object };

/** A message received over a socket, handled like a request. */
export class SocketMessage {
  /** The announced end of this message, if its handler is deprecated. */
  deprecation: Deprecation | undefined;

  /**
   * @param context the message's own child context
   * @param request the upgrade request of the connection
   * @param event the event name
   * @param reply sends the acknowledgement
   */
  constructor(
    readonly context: Context,
    readonly request: FastifyRequest,
    readonly event: string,
    readonly body: unknown,
    private readonly reply: (answer: MessageAnswer) => void,
  ) {}

  answer(data: unknown): void {
    this.reply({ data, ...(this.deprecation && { deprecation: this.deprecation }) });
  }

  refuse(error: GatewayError): void {
    this.reply({ error: problemOf(error, { originalUrl: this.event, id: this.context.log.requestId }) });
  }
}

const BODY = 'atrium/message-body';

/** Injects the validated body of a message. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED with one error a field */
export const MessagePayload =
  (body: Body): ParameterDecorator =>
  (target, method, index) => {
    const handler = Object.getOwnPropertyDescriptor(target, method!)!.value as object;
    Reflect.defineMetadata(BODY, body, handler);
    createParamDecorator((_: unknown, execution: ExecutionContext): InputOf<Body> => {
      return check(body.schema, jsonIn(execution.switchToWs().getData<SocketMessage>()));
    })()(target, method, index);
  };

/** The body of a message. @throws {GatewayError} BAD_REQUEST for bytes: as an object they would have a field a byte, and methods */
function jsonIn({ body }: SocketMessage): unknown {
  if (!Buffer.isBuffer(body)) return body;
  const errors = [{ field: 'body', message: 'Must be an object, not bytes' }];
  throw new GatewayError('BAD_REQUEST', { detail: 'Messages are JSON.', errors });
}

/** The body that a handler of messages takes. */
export const messageBodyOf = (handler: object): Body | undefined =>
  Reflect.getMetadata(BODY, handler) as Body | undefined;
