import { OfKind } from '#gateway/declare/route-kind';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { Runs } from '#gateway/declare/runs';
import { type DeviceCookie, ThisDevice } from '#gateway/identity/attempts/device-cookie';
import { clearCookie, cookieIn, SESSION_COOKIE, setCookie } from '#gateway/identity/browser/cookies';
import { Answers } from '#gateway/declare/answers';
import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Get, HttpCode, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserLogin } from './browser-login.ts';
import { BrowserLogout } from './browser-logout.ts';
import { BrowserLogoutView } from './browser-logout.view.ts';
import { BrowserSession } from './browser-session.ts';
import { BrowserSessionView } from './browser-session.view.ts';
import { LoginInput } from './check-credentials.ts';

/** Password logins and sessions of browsers, which hold a cookie and no tokens (RFC 10017). */
@ApiTags('bff')
@Uncompressed()
@OfKind('browser')
@Controller({ path: 'bff', version: VERSION_NEUTRAL })
export class BrowserController {
  constructor(
    private readonly browserLogin: BrowserLogin,
    private readonly browserLogout: BrowserLogout,
    private readonly browserSession: BrowserSession,
  ) {}

  @Runs(BrowserLogin)
  @Post('login')
  @HttpCode(204)
  @ApiOperation({ operationId: 'browserLogin', summary: 'Log in with a cookie' })
  async login(
    @RequestContext() context: Context,
    @FromBody(LoginInput) credentials: InputOf<typeof LoginInput>,
    @ThisDevice() cookie: DeviceCookie,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const before = cookieIn(request, SESSION_COOKIE);
    const { session, device } = await this.browserLogin.run(context, credentials, before, cookie.value);
    setCookie(reply, SESSION_COOKIE, session);
    cookie.set(device);
  }

  @Runs(BrowserSession)
  @Get('session')
  @ApiOperation({ operationId: 'getBrowserSession', summary: 'Who is logged in, in this browser' })
  @Answers(BrowserSessionView)
  session(@RequestContext() context: Context) {
    return this.browserSession.run(context);
  }

  @Runs(BrowserLogout)
  @Post('logout')
  @ApiOperation({ operationId: 'browserLogout', summary: 'Log out of this browser' })
  @Answers(BrowserLogoutView)
  @ApiNoContentResponse({ description: 'There is no session to end at a provider' })
  async logout(
    @RequestContext() context: Context,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    clearCookie(reply, SESSION_COOKIE);
    const answer = await this.browserLogout.run(context, cookieIn(request, SESSION_COOKIE));
    if (!answer) void reply.status(204);
    return answer;
  }
}
