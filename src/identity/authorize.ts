import { keepPrivate } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { ACCESS, type Access } from '#gateway/declare/access';
import type { Type } from '@nestjs/common';
import { credentials } from './credentials.ts';
import { DPOP_CHALLENGE } from './dpop/dpop.ts';
import { requireRecentLogin } from './step-up.ts';

/**
 * Refuses a caller who may not call a handler, the same over every transport. Without access rules, it requires a valid
 * token.
 * @throws {GatewayError} UNAUTHENTICATED; FORBIDDEN naming the missing scope; STEP_UP_REQUIRED; or OVERLOADED for a token
 * that cannot be verified now
 */
export function authorize(context: Context, access: Access = {}): void {
  const { state, refusal, isFromPage, scheme, isTokenInQuery } = credentials.of(context);
  if (access.isForPages && !isFromPage) throw forged();
  if (access.ignoresToken) return;
  if (state === 'invalid')
    throw refusal ?? unauthenticated('The token is not valid.', 'Bearer error="invalid_token"');
  if (state === 'unchecked') throw refusal!;
  if (access.isPublic) return;
  // A shared cache would serve the response to callers without access.
  keepPrivate(context);
  if (state === 'forged') throw forged();
  if (state === 'none') throw unauthenticated(missing(isTokenInQuery), `Bearer, ${DPOP_CHALLENGE}`);
  const lacking = access.scopes?.filter((scope) => !context.caller.scopes.includes(scope)) ?? [];
  if (lacking.length) throw forbidden(lacking.join(' '));
  if (access.recentLogin) requireRecentLogin(context.caller, access.recentLogin, scheme);
}

/** Whether `authorize` refuses a caller. */
export function isRefused(context: Context, access: Access = {}): boolean {
  try {
    authorize(context, access);
    return false;
  } catch (error) {
    if (error instanceof GatewayError) return true;
    throw error;
  }
}

/** Whether a caller may run a use case: for a page that has another for everybody else. */
export const isAllowed = (context: Context, useCase: Type<unknown>): boolean =>
  !isRefused(context, Reflect.getMetadata(ACCESS, useCase) as Access | undefined);

function unauthenticated(detail: string, challenge: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', { detail, headers: { 'www-authenticate': challenge } });
}

/** Tokens in URLs end up in logs and histories (RFC 6750, section 5.3), so that they are no credentials here. */
const missing = (isTokenInQuery: boolean): string =>
  isTokenInQuery
    ? 'A token in the query is not read: send it as Authorization: Bearer.'
    : 'A token is required: log in first.';

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
