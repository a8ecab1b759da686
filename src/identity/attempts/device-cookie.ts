import { cookieIn, DEVICE_COOKIE, setCookie } from '#gateway/identity/browser/cookies';
import { type GraphqlContext, requestOf } from '#gateway/declare/request-context';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The cookie that marks a known device: its value in the request, and a setter for the response. */
export class DeviceCookie {
  /** The value in the request; undefined without the cookie. It is not trusted: see `KnownDevices`. */
  readonly value: string | undefined;

  /** @param reply undefined if the response has no headers of its own */
  constructor(
    request: Pick<FastifyRequest, 'headers'>,
    private readonly reply: FastifyReply | undefined,
  ) {
    this.value = cookieIn(request, DEVICE_COOKIE);
  }

  /** Sets it in the response. Of several logins in one GraphQL document, the last one counts. */
  set(value: string): void {
    if (this.reply) setCookie(this.reply, DEVICE_COOKIE, value);
  }
}

/** Injects the device cookie of a login. */
export const ThisDevice = createParamDecorator((_: unknown, execution: ExecutionContext): DeviceCookie => {
  const reply =
    execution.getType<string>() === 'graphql'
      ? execution.getArgByIndex<GraphqlContext>(2).reply
      : execution.switchToHttp().getResponse<FastifyReply>();
  return new DeviceCookie(requestOf(execution), reply);
});
