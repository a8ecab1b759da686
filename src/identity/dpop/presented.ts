import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '#gateway/declare/request-context';
import type { FastifyRequest } from 'fastify';

/** What a client presents to prove that it has a key. */
export interface Presented {
  /** The `DPoP` header. */
  proof: unknown;
  method: string;
  /** The address that was asked, as the client knows it; behind proxies as far as those can be believed. */
  url: string;
}

/** What a request presents. */
export const presentedBy = ({ headers, method, protocol, host, originalUrl }: FastifyRequest): Presented => ({
  proof: headers['dpop'],
  method,
  url: `${protocol}://${host}${originalUrl}`,
});

/** What a request for tokens presents, for its use case; undefined over a socket, whose messages have no headers. */
export const PresentedProof = createParamDecorator((_: unknown, execution: ExecutionContext) => {
  const request = requestOf(execution);
  return request.isStream ? undefined : presentedBy(request);
});
