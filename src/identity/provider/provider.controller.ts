import { Config } from '#gateway/config/config';
import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { ErrorPage } from '#gateway/declare/error-page';
import {
  clearOldLogins,
  cookieIn,
  loginCookie,
  otherLogins,
  SESSION_COOKIE,
  setCookie,
} from '#gateway/identity/browser/cookies';
import { OfKind, TakesForms } from '#gateway/declare/route-kind';
import { MediaTypes } from '#gateway/declare/media-types';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { AnyQuery, FromQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Tag } from '#gateway/declare/tag';
import { GatewayError } from '#libs/errors';
import { JSON_TYPE } from '#libs/negotiation';
import type { Context } from '#libs/upstream';
import { Controller, Get, Header, HttpCode, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BackchannelLogout } from './backchannel-logout.ts';
import { LoginQuery, type LoginRequest, targetOf } from './login-query.ts';
import { errorPage, isPerson, sendOn, withError } from './navigation.ts';
import { Provider } from './provider.ts';

/** Logins of browsers at the outside provider. */
@Tag('bff', 'Logging in and out, in browsers.')
@OfKind('browser')
@Uncompressed()
@Controller({ path: 'bff', version: VERSION_NEUTRAL })
export class ProviderController {
  constructor(
    private readonly config: Config,
    private readonly provider: Provider,
    private readonly logout: BackchannelLogout,
  ) {}

  @Public({ ignoresToken: true })
  @Get('login')
  @MediaTypes('text/html', JSON_TYPE)
  @ErrorPage(errorPage)
  @Refuses('NOT_FOUND', 'UPSTREAM_UNAVAILABLE')
  @ApiOperation({ operationId: 'beginLogin', summary: 'Log in at the outside provider' })
  @HttpCode(303)
  async begin(
    @RequestContext() context: Context,
    @FromQuery(LoginQuery) loginRequest: LoginRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const returnTo = targetOf(loginRequest, this.config);
    void reply.header('cache-control', 'no-store');
    try {
      const session = cookieIn(request, SESSION_COOKIE);
      const { location, state, cookie } = await this.provider.begin(
        context,
        { ...loginRequest, returnTo },
        session,
      );
      clearOldLogins(request, reply);
      setCookie(reply, loginCookie(state), cookie);
      void reply.header('location', location);
    } catch (error) {
      const isPassing = error instanceof GatewayError && error.code !== 'NOT_FOUND';
      if (!isPassing || !isPerson(request)) throw error;
      void reply.header('location', withError(returnTo, 'temporarily_unavailable'));
    }
  }

  @Public({ ignoresToken: true })
  @Get('callback')
  @MediaTypes('text/html', JSON_TYPE)
  @ErrorPage(errorPage)
  @AnyQuery()
  @ApiExcludeEndpoint()
  async finish(
    @RequestContext() context: Context,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    void reply.header('cache-control', 'no-store');
    const search = new URL(request.url, 'http://here').searchParams;
    const state = search.get('state') ?? '';
    const { returnTo, session, failure } = await this.provider.finish(context, {
      login: cookieIn(request, loginCookie(state)),
      others: otherLogins(request, state),
      session: cookieIn(request, SESSION_COOKIE),
      search,
    });
    if (failure && !isPerson(request)) throw failure.answer;
    if (session !== undefined) setCookie(reply, SESSION_COOKIE, session);
    return sendOn(request, reply, failure ? withError(returnTo, failure.error) : returnTo);
  }

  @Public({ ignoresToken: true })
  @Post('backchannel-logout')
  @TakesForms()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiExcludeEndpoint()
  async end(@RequestContext() context: Context, @Req() { body }: FastifyRequest) {
    const token = (body as Record<string, unknown> | undefined)?.['logout_token'];
    if (typeof token !== 'string') throw new GatewayError('BAD_REQUEST', { detail: 'logout_token is missing.' });
    await this.logout.run(context, token);
  }
}
