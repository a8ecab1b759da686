import { Public } from '#gateway/edge/auth/access';
import { Audit } from '#gateway/edge/auth/audit';
import { Uncompressed } from '#gateway/edge/compression/uncompressed';
import { AnyQuery, FromQuery } from '#gateway/edge/doors/question';
import { RequestContext } from '#gateway/edge/doors/request-context';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type Asked, input } from '#libs/view';
import { Controller, Get, Header, HttpCode, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { BackchannelLogout } from './backchannel-logout.ts';
import { clearCookie, cookieIn, LOGIN_COOKIE, SESSION_COOKIE, setCookie } from './cookies.ts';
import { Provider } from './provider.ts';

/** A path here, and nothing that a browser takes for an address elsewhere. */
const path = z
  .string()
  .max(2_048)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, 'Must be a path on this site');

const LoginQuery = input('BrowserLoginQuery', { returnTo: path.default('/') });

/** Browsers that log in at an outside provider. */
@ApiTags('bff')
@Uncompressed()
@Controller({ path: 'bff', version: VERSION_NEUTRAL })
export class ProviderController {
  constructor(
    private readonly provider: Provider,
    private readonly logout: BackchannelLogout,
    private readonly audit: Audit,
  ) {}

  @Public({ ignoresToken: true })
  @Get('login')
  @HttpCode(303)
  @ApiOperation({ operationId: 'beginLogin', summary: 'Log in at the outside provider' })
  async begin(
    @FromQuery(LoginQuery) { returnTo }: Asked<typeof LoginQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { location, cookie } = await this.provider.begin(returnTo);
    setCookie(reply, LOGIN_COOKIE, cookie);
    void reply.header('location', location).header('cache-control', 'no-store');
  }

  @Public({ ignoresToken: true })
  @Get('callback')
  @HttpCode(303)
  @AnyQuery()
  @ApiExcludeEndpoint()
  async finish(
    @RequestContext() context: Context,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', 'no-store');
    clearCookie(reply, LOGIN_COOKIE);
    const search = new URL(request.url, 'http://here').search;
    const { session, userId, returnTo } = await this.provider.finish(
      context,
      cookieIn(request, LOGIN_COOKIE),
      cookieIn(request, SESSION_COOKIE),
      search,
    );
    this.audit.write(context, 'login.ok', { userId, kind: 'browser' });
    setCookie(reply, SESSION_COOKIE, session);
    void reply.header('location', returnTo);
  }

  @Public({ ignoresToken: true })
  @Post('backchannel-logout')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiExcludeEndpoint()
  async end(@RequestContext() context: Context, @Req() { body }: FastifyRequest) {
    const token = (body as Record<string, unknown> | undefined)?.['logout_token'];
    if (typeof token !== 'string') throw new GatewayError('BAD_REQUEST', { detail: 'There is no logout_token.' });
    await this.logout.run(context, token);
  }
}
