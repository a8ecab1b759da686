import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '#gateway/declare/request-context';
import type { FastifyRequest } from 'fastify';

/** The DPoP proof of a request, and what it must match. */
export interface Presented {
  /** The `DPoP` header. */
  proof: unknown;
  method: string;
  /** The URL as the client knows it; behind proxies, from trusted forwarding headers. */
  url: string;
}

/** The proof of a request. */
export const presentedBy = ({ headers, method, protocol, host, originalUrl }: FastifyRequest): Presented => ({
  proof: headers['dpop'],
  method,
  url: `${protocol}://${host}${originalUrl}`,
});

/** Injects the proof of a token request; undefined over a socket, whose messages have no headers. */
export const PresentedProof = createParamDecorator((_: unknown, execution: ExecutionContext) => {
  const request = requestOf(execution);
  return request.isStream ? undefined : presentedBy(request);
});
