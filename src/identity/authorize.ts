import { keepPrivate } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';
import type { Access } from '#gateway/declare/access';
import { DPOP_CHALLENGE } from './dpop/dpop.ts';
import { requireFresh } from './step-up.ts';

/**
 * Lets a request through a door, or does not. The same for every door; one that declares nothing needs a valid token.
 * @throws {GatewayError} UNAUTHENTICATED, FORBIDDEN naming the scope that is missing, STEP_UP_REQUIRED, or OVERLOADED for a token
 * that cannot be checked
 */
export function authorize(request: FastifyRequest, access: Access = {}): void {
  const { context, token, tokenRefusal } = request;
  if (access.isForPages && !request.isFromPage) throw forged();
  if (access.ignoresToken) return;
  if (token === 'invalid')
    throw tokenRefusal ?? unauthenticated('The token is not valid.', 'Bearer error="invalid_token"');
  if (token === 'unchecked') throw tokenRefusal!;
  if (access.isPublic) return;
  // A cache that strangers share would let them past.
  keepPrivate(context);
  if (token === 'forged') throw forged();
  if (token === 'none') throw unauthenticated('This needs a token: log in first.', `Bearer, ${DPOP_CHALLENGE}`);
  const missing = access.scopes?.filter((scope) => !context.caller.scopes.includes(scope)) ?? [];
  if (missing.length) throw forbidden(missing.join(' '));
  if (access.fresh) requireFresh(context.caller, access.fresh, schemeOf(request));
}

const schemeOf = ({ headers }: FastifyRequest) =>
  /^DPoP /i.test(headers.authorization ?? '') ? 'DPoP' : 'Bearer';

function unauthenticated(detail: string, challenge: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', { detail, headers: { 'www-authenticate': challenge } });
}

function forged(): GatewayError {
  return new GatewayError('FORBIDDEN', {
    detail: 'With a cookie, requests need the header X-CSRF: 1 and an allowed Origin.',
  });
}

function forbidden(scope: string): GatewayError {
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  return new GatewayError('FORBIDDEN', {
    detail: `This needs: ${scope}.`,
    headers: { 'www-authenticate': challenge },
  });
}
