import { cookieIn, DEVICE_COOKIE, setCookie } from '#gateway/identity/browser/cookies';
import { type GraphqlContext, requestOf } from '#gateway/declare/request-context';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The cookie that marks a device as known: what the request has, and what the answer sets. */
export class DeviceCookie {
  /** What the client sent; undefined where it sent none. Nothing of it can be believed: see `KnownDevices`. */
  readonly value: string | undefined;

  /** @param reply none where an answer has no headers of its own */
  constructor(
    request: Pick<FastifyRequest, 'headers'>,
    private readonly reply: FastifyReply | undefined,
  ) {
    this.value = cookieIn(request, DEVICE_COOKIE);
  }

  /** Sets it with the answer. Of several logins in one GraphQL document the last counts. */
  set(value: string): void {
    if (this.reply) setCookie(this.reply, DEVICE_COOKIE, value);
  }
}

/** The device cookie of a login, for its use case. */
export const ThisDevice = createParamDecorator((_: unknown, execution: ExecutionContext): DeviceCookie => {
  const reply =
    execution.getType<string>() === 'graphql'
      ? execution.getArgByIndex<GraphqlContext>(2).reply
      : execution.switchToHttp().getResponse<FastifyReply>();
  return new DeviceCookie(requestOf(execution), reply);
});
