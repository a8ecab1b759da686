import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import type { Caller } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Done } from '#gateway/edge/stage/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeys } from '#gateway/identity/api-keys/api-keys';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import { clearCookie, cookieIn, SESSION_COOKIE } from '#gateway/identity/browser/cookies';
import { isFromPage } from '#gateway/identity/browser/from-page';
import { isFromAdminPage } from '#gateway/identity/operators/from-admin-page';
import { OPERATOR_COOKIE } from '#gateway/identity/operators/operator-cookie';
import { OperatorSessions } from '#gateway/identity/operators/operator-sessions';
import { PresentedTokens } from '#gateway/identity/tokens/presented-tokens';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * What became of the token or the cookie the client sent; `forged` where another site may have sent the cookie, `unchecked`
     * where its issuer cannot be asked right now.
     */
    token: 'none' | 'valid' | 'invalid' | 'forged' | 'unchecked';
    /** What is answered to a client whose token is not good, where that is needed. */
    tokenRefusal: GatewayError | undefined;
    /** Whether one of our own pages made the request. */
    isFromPage: boolean;
  }
}

const METRICS = '/metrics';

/**
 * Finds out who is asking, before any door: by a token (RFC 6750, RFC 9449), by an API key, else by the cookie of a session. Letting them in
 * is the door's business.
 */
@Injectable()
export class Authenticate {
  constructor(
    private readonly tokens: PresentedTokens,
    private readonly apiKeys: ApiKeys,
    private readonly sessions: BrowserSessions,
    private readonly operators: OperatorSessions,
    private readonly config: Config,
  ) {}

  onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    // What it is asked with is METRICS_TOKEN, which is for no issuer to see.
    if (request.routeOptions.url === METRICS) return done();
    const found = this.authenticate(request, reply);
    if (found) found.then(() => done(), done);
    else done();
  }

  private authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const { authorization, 'x-api-key': apiKey } = request.headers;
    if (request.headers.cookie !== undefined || request.url.startsWith('/bff/')) {
      request.isFromPage = isFromPage(request, this.config);
    }
    // Cookies know no ports: at the admin port those of the shop do not count.
    if (request.isOperator) request.isFromPage = isFromAdminPage(request);
    if (apiKey !== undefined) return this.byApiKey(request, apiKey);
    if (authorization === undefined) return this.byCookie(request, reply);
    const caller = this.tokens.callerOf(authorization, request);
    if (caller instanceof Promise)
      return caller.then(
        (found) => isHere(request, found),
        (error: unknown) => isRefused(request, error),
      );
    isHere(request, caller);
    return undefined;
  }

  private byApiKey(request: FastifyRequest, key: string | string[]): Promise<void> | undefined {
    if (request.headers.authorization !== undefined) return isRefused(request, twoCredentials());
    return this.apiKeys.callerOf(String(key)).then(
      (caller) => (caller ? isHere(request, caller) : isRefused(request, noGoodKey())),
      (error: unknown) => isRefused(request, error),
    );
  }

  private byCookie(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const [kind, sessions] = request.isOperator
      ? [OPERATOR_COOKIE, this.operators]
      : [SESSION_COOKIE, this.sessions];
    const cookie = cookieIn(request, kind);
    if (cookie === undefined) return undefined;
    if (!request.isFromPage) return void (request.token = 'forged');
    return sessions.callerOf(request.context, cookie).then((caller) => {
      if (caller) isHere(request, caller);
      // The browser cannot know that it is over: without it, public doors are open as to anybody.
      else clearCookie(reply, kind);
    });
  }
}

/** What does not need the token does without it; all else is refused so. */
function isRefused(request: FastifyRequest, error: unknown): undefined {
  if (!(error instanceof GatewayError)) throw error;
  request.token = error.code === 'OVERLOADED' ? 'unchecked' : 'invalid';
  request.tokenRefusal = error;
}

function isHere(request: FastifyRequest, caller: Caller | undefined): void {
  request.token = caller ? 'valid' : 'invalid';
  if (!caller) return;
  request.context.caller = caller;
  request.context.log.callerId = caller.id;
}

const noGoodKey = () =>
  new GatewayError('UNAUTHENTICATED', {
    detail: 'The API key is not valid.',
    headers: { 'www-authenticate': 'Bearer' },
  });

const twoCredentials = () =>
  new GatewayError('BAD_REQUEST', { detail: 'A request has either Authorization or X-API-Key.' });
