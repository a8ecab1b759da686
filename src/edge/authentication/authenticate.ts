import { Config } from '#gateway/config/config';
import { isOfKind } from '#gateway/declare/route-kind';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Done } from '#gateway/edge/stage/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeys } from '#gateway/identity/api-keys/api-keys';
import { accept, credentials, ownAuthorization, schemeOf } from '#gateway/identity/credentials';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import { clearCookie, cookieIn, SESSION_COOKIE } from '#gateway/identity/browser/cookies';
import { ClientCertificates } from '#gateway/identity/certificates/client-certificates';
import { certificateOf } from '#gateway/identity/certificates/presented-certificate';
import { isFromPage } from '#gateway/identity/browser/from-page';
import { isFromAdminPage } from '#gateway/identity/operators/from-admin-page';
import { OPERATOR_COOKIE } from '#gateway/identity/operators/operator-cookie';
import { OperatorSessions } from '#gateway/identity/operators/operator-sessions';
import { faultOf, PresentedTokens } from '#gateway/identity/tokens/presented-tokens';

const TOKEN_IN_QUERY = /[?&](?:access_)?token=[^&]/;

/**
 * Identifies the caller by a bearer or DPoP token (RFC 6750, RFC 9449), an API key, a session cookie or a client certificate. Access is
 * decided later, by guards.
 */
@Injectable()
export class Authenticate {
  constructor(
    private readonly tokens: PresentedTokens,
    private readonly apiKeys: ApiKeys,
    private readonly sessions: BrowserSessions,
    private readonly operators: OperatorSessions,
    private readonly certificates: ClientCertificates,
    private readonly config: Config,
  ) {}

  onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    // The token of this route is METRICS_TOKEN, which must not be sent to an issuer.
    if (isOfKind(request, 'metrics')) return done();
    const found = this.authenticate(request, reply);
    if (found) found.then(() => done(), done);
    else done();
  }

  private authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const { 'x-api-key': apiKey } = request.headers;
    const authorization = ownAuthorization(request.headers.authorization);
    const given = credentials.of(request.context);
    if (request.headers.cookie !== undefined || isOfKind(request, 'browser') || isOfKind(request, 'page')) {
      given.isFromPage = isFromPage(request, this.config);
    }
    // Cookies are shared by all ports of a host: on the admin port, pages of the public port must not count.
    if (request.isOperator) given.isFromPage = isFromAdminPage(request);
    given.scheme = schemeOf(authorization);
    if (apiKey !== undefined) return this.byApiKey(request, apiKey);
    if (authorization === undefined) {
      given.isTokenInQuery = TOKEN_IN_QUERY.test(request.url);
      return this.byCookie(request, reply) ?? this.byCertificate(request);
    }
    const caller = this.tokens.callerOf(authorization, request);
    if (caller instanceof Promise)
      return caller.then(
        (found) => accept(request.context, found),
        (error: unknown) => refuse(request.context, error),
      );
    if (!caller) return refuse(request.context, noGoodToken(authorization));
    accept(request.context, caller);
    return undefined;
  }

  private byApiKey(request: FastifyRequest, key: string | string[]): Promise<void> | undefined {
    if (ownAuthorization(request.headers.authorization) !== undefined)
      return refuse(request.context, twoCredentials());
    return this.apiKeys.callerOf(String(key)).then(
      (caller) => (caller ? accept(request.context, caller) : refuse(request.context, noGoodKey())),
      (error: unknown) => refuse(request.context, error),
    );
  }

  /** Lowest in rank: connections have it whatever their requests are. */
  private byCertificate(request: FastifyRequest): undefined {
    const certificate = certificateOf(request.raw.socket);
    const given = credentials.of(request.context);
    if (!certificate || given.state !== 'none') return;
    const caller = this.certificates.callerOf(certificate);
    if (!caller) return;
    // Browsers present certificates for every site, as they send cookies.
    const isOfBrowser = request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
    if (isOfBrowser && !isFromPage(request, this.config)) given.state = 'forged';
    else accept(request.context, caller);
  }

  private byCookie(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const [kind, sessions] = request.isOperator
      ? [OPERATOR_COOKIE, this.operators]
      : [SESSION_COOKIE, this.sessions];
    const cookie = cookieIn(request, kind);
    if (cookie === undefined) return undefined;
    const given = credentials.of(request.context);
    if (!given.isFromPage) return void (given.state = 'forged');
    return sessions.callerOf(request.context, cookie).then((caller) => {
      if (caller) accept(request.context, caller);
      // The session has ended: without the cookie, public routes work as for anonymous callers.
      else clearCookie(reply, kind);
    });
  }
}

/** Stores the error in the context: public handlers ignore it, all others answer with it. */
function refuse(context: Context, error: unknown): undefined {
  if (!(error instanceof GatewayError)) throw error;
  const given = credentials.of(context);
  given.state = error.code === 'OVERLOADED' ? 'unchecked' : 'invalid';
  given.refusal = error;
}

const noGoodToken = (authorization: string) =>
  new GatewayError('UNAUTHENTICATED', {
    detail: faultOf(authorization),
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });

const noGoodKey = () =>
  new GatewayError('UNAUTHENTICATED', {
    detail: 'The API key is not valid.',
    headers: { 'www-authenticate': 'Bearer' },
  });

const twoCredentials = () =>
  new GatewayError('BAD_REQUEST', { detail: 'Authorization and X-API-Key cannot be combined.' });
