import { serializeOrigin } from '#libs/client-address';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Injects the origin that the client has sent the request to, as far as `TRUST_PROXY` trusts the proxies. */
export const RequestOrigin = createParamDecorator((_: unknown, execution: ExecutionContext): string => {
  const { protocol, host } = execution.switchToHttp().getRequest<FastifyRequest>();
  return serializeOrigin(protocol, host);
});
