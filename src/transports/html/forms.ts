import { Config } from '#gateway/config/config';
import { cookieIn, FORM_COOKIE } from '#gateway/identity/browser/cookies';
import { isFormToken } from '#gateway/identity/browser/form-token';
import { credentials } from '#gateway/identity/credentials';
import { serializeOrigin } from '#libs/client-address';
import { GatewayError } from '#libs/errors';
import { type Body, check } from '#libs/view';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The name of the field with the token. */
const TOKEN_FIELD = 'csrf';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a form needs no token, because it is on pages that caches share; then the browser must declare its origin. */
    isTokenless?: boolean;
    /** Whether the token of a form is of the browser alone, whoever is logged in: the form changes just that. */
    isForAnyCaller?: boolean;
  }
}

/**
 * Refuses forms that another site made a browser send (CSRF): a form has a token that only a page of this browser can have,
 * and, except where it is for any caller, of this caller. Scripts send `X-CSRF: 1` instead, which needs a preflight from other origins.
 */
@Injectable()
export class FormGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  /** @throws {GatewayError} FORBIDDEN */
  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    if (credentials.of(request.context).isFromPage && this.isOwn(request)) return true;
    throw new GatewayError('FORBIDDEN', { detail: 'The form has expired, or another site has sent it.' });
  }

  private isOwn(request: FastifyRequest): boolean {
    const { headers, body, routeOptions, context } = request;
    if (headers['x-csrf'] === '1') return true;
    if (routeOptions.config?.isTokenless && this.isDeclaredOwn(request)) return true;
    const token = (body as Record<string, unknown> | null | undefined)?.[TOKEN_FIELD];
    const [secret, callerId = ''] = [cookieIn(request, FORM_COOKIE), context.caller.id];
    if (isFormToken(token, secret, callerId)) return true;
    return !!routeOptions.config?.isForAnyCaller && isFormToken(token, secret, '');
  }

  /** Whether the browser says that a page of this origin sent the form: no script can set either header. */
  private isDeclaredOwn({ headers, protocol, host }: FastifyRequest): boolean {
    const { origin, 'sec-fetch-site': site } = headers;
    if (site !== undefined) return site === 'same-origin';
    return origin !== undefined && [serializeOrigin(protocol, host), this.config.PUBLIC_URL].includes(origin);
  }
}

/** Injects the validated fields of a form. @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED, field by field */
export const FromForm = (form: Body): ParameterDecorator =>
  createParamDecorator((_: unknown, execution: ExecutionContext) => {
    return check(form.schema, fieldsOf(execution.switchToHttp().getRequest<FastifyRequest>()));
  })();

/** The fields of a form without its token. */
export function fieldsOf({ body }: FastifyRequest): Record<string, unknown> {
  const { [TOKEN_FIELD]: _token, ...fields } = (body ?? {}) as Record<string, unknown>;
  return fields;
}
