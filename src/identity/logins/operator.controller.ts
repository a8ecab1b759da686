import { Public, Scopes } from '#gateway/declare/access';
import { type DeviceCookie, ThisDevice } from '#gateway/identity/attempts/device-cookie';
import { clearCookie, cookieIn, setCookie } from '#gateway/identity/browser/cookies';
import { OPERATOR_COOKIE } from '#gateway/identity/operators/operator-cookie';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { AnyQuery, FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Limited } from '#gateway/declare/limited';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Get, Header, HttpCode, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OperatorLogout } from './operator-logout.ts';
import { LoginInput } from './check-credentials.ts';
import { OPERATOR_PAGE, OPERATOR_PAGE_POLICY, OPERATOR_SCRIPT } from './operator-page.ts';
import { OperatorLogin } from './operator-login.ts';

/** Logins of operators in browsers, at the admin port: they hold a cookie and no tokens. */
@ApiExcludeController()
@Uncompressed()
@Controller({ path: 'admin', version: VERSION_NEUTRAL })
export class OperatorController {
  constructor(
    private readonly operatorLogin: OperatorLogin,
    private readonly operatorLogout: OperatorLogout,
  ) {}

  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get('login')
  // Its script reads the query parameter `next`.
  @AnyQuery()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', OPERATOR_PAGE_POLICY)
  page() {
    return OPERATOR_PAGE;
  }

  @Public({ ignoresToken: true })
  @Limited({ isFree: true })
  @Get('login.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script() {
    return OPERATOR_SCRIPT;
  }

  @Runs(OperatorLogin)
  @Post('login')
  @HttpCode(204)
  async login(
    @RequestContext() context: Context,
    @FromBody(LoginInput) credentials: InputOf<typeof LoginInput>,
    @ThisDevice() cookie: DeviceCookie,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const before = cookieIn(request, OPERATOR_COOKIE);
    const { session, device } = await this.operatorLogin.run(context, credentials, before, cookie.value);
    setCookie(reply, OPERATOR_COOKIE, session);
    cookie.set(device);
  }

  @Scopes('admin')
  @Limited({ isFree: true })
  @Get('session')
  session(@RequestContext() { caller }: Context) {
    return { userId: caller.id, scopes: caller.scopes };
  }

  @Runs(OperatorLogout)
  @Post('logout')
  @HttpCode(204)
  async logout(@RequestContext() context: Context, @Res({ passthrough: true }) reply: FastifyReply) {
    clearCookie(reply, OPERATOR_COOKIE);
    await this.operatorLogout.run(context);
  }
}
