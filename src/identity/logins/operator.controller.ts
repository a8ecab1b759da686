import { Public, Scopes } from '#gateway/declare/access';
import { type DeviceCookie, ThisDevice } from '#gateway/identity/attempts/device-cookie';
import { clearCookie, cookieIn, setCookie } from '#gateway/identity/browser/cookies';
import { OPERATOR_COOKIE } from '#gateway/identity/operators/operator-cookie';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { AnyQuery, FromBody } from '#gateway/declare/question';
import { ErrorPage, type RenderError } from '#gateway/declare/error-page';
import { TakesForms } from '#gateway/declare/route-kind';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Limited } from '#gateway/declare/limited';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Get, Header, HttpCode, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OperatorLogout } from './operator-logout.ts';
import { LoginForm, LoginInput } from './check-credentials.ts';
import { nextOf, operatorPage, OPERATOR_PAGE_POLICY, OPERATOR_SCRIPT } from './operator-page.ts';
import { OperatorLogin } from './operator-login.ts';

/** A form of a page without a referrer would have no `Origin`, and be refused. */
const LOGIN_HEADERS = { 'content-security-policy': OPERATOR_PAGE_POLICY, 'referrer-policy': 'same-origin' };

/** The login page again, with the reason of the refusal. */
const loginRefused: RenderError = ({ detail, title }, _requestId, { body }) => {
  const { next, email } = (body ?? {}) as Record<string, unknown>;
  return operatorPage({ next, email, reason: detail ?? title });
};

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
  @Header('referrer-policy', 'same-origin')
  page(@Req() { query }: FastifyRequest) {
    return operatorPage({ next: (query as Record<string, unknown>)['next'] });
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
  login(
    @RequestContext() context: Context,
    @FromBody(LoginInput) credentials: InputOf<typeof LoginInput>,
    @ThisDevice() cookie: DeviceCookie,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.begin(context, credentials, cookie, request, reply);
  }

  @Runs(OperatorLogin)
  @Post('login/form')
  @TakesForms()
  @ErrorPage(loginRefused, LOGIN_HEADERS)
  @HttpCode(303)
  async loginByForm(
    @RequestContext() context: Context,
    @FromBody(LoginForm) { next, ...credentials }: InputOf<typeof LoginForm>,
    @ThisDevice() cookie: DeviceCookie,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.begin(context, credentials, cookie, request, reply);
    void reply.header('location', nextOf(next));
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
  logout(@RequestContext() context: Context, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.end(context, reply);
  }

  @Runs(OperatorLogout)
  @Post('logout/form')
  @TakesForms()
  @HttpCode(303)
  async logoutByForm(@RequestContext() context: Context, @Res({ passthrough: true }) reply: FastifyReply) {
    await this.end(context, reply);
    void reply.header('location', '/admin/login');
  }

  private async begin(
    context: Context,
    credentials: InputOf<typeof LoginInput>,
    cookie: DeviceCookie,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const before = cookieIn(request, OPERATOR_COOKIE);
    const { session, device } = await this.operatorLogin.run(context, credentials, before, cookie.value);
    setCookie(reply, OPERATOR_COOKIE, session);
    cookie.set(device);
  }

  private async end(context: Context, reply: FastifyReply): Promise<void> {
    clearCookie(reply, OPERATOR_COOKIE);
    await this.operatorLogout.run(context);
  }
}
