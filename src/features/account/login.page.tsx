import { Config } from '#gateway/config/config';
import { Public } from '#gateway/declare/access';
import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { type DeviceCookie, ThisDevice } from '#gateway/identity/attempts/device-cookie';
import { clearCookie, cookieIn, SESSION_COOKIE, setCookie } from '#gateway/identity/browser/cookies';
import { BrowserLogin } from '#gateway/identity/logins/browser-login';
import { BrowserLogout } from '#gateway/identity/logins/browser-logout';
import { LoginForm as LoginFields } from '#gateway/identity/logins/check-credentials';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { type FormProblems, Submitted, type SubmittedForm } from '#gateway/transports/html/submitted-form';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { GatewayError } from '#libs/errors';
import { Controller, Get, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { LoginForm, nextPage } from './login-form.part.tsx';

/** Logging in and out of the shop: with a password, or at the outside provider. Both give the browser a session cookie. */
@ApiExcludeController()
@Controller({ path: 'shop', version: VERSION_NEUTRAL })
export class LoginPage {
  constructor(
    private readonly config: Config,
    private readonly browserLogin: BrowserLogin,
    private readonly browserLogout: BrowserLogout,
    private readonly pages: PageResponder,
  ) {}

  @Public({ ignoresToken: true })
  @Page()
  @Get('login')
  form(@PageVisit() visit: Visit) {
    const { next, error, returned } = visit.request.query as Record<string, unknown>;
    if (returned !== undefined && error === undefined) {
      void visit.reply.status(303).header('location', nextPage(next));
      return undefined;
    }
    // The provider's refusal comes back as `error`: see `withError`.
    const problem = error === undefined ? undefined : shopMessages[visit.language].login.failed;
    return this.show(visit, { next, problem });
  }

  @Runs(BrowserLogin)
  @PageForm({ isForAnyCaller: true })
  @Post('login')
  async login(
    @PageVisit() visit: Visit,
    @Submitted(LoginFields, 'email', 'password') form: SubmittedForm<typeof LoginFields>,
    @ThisDevice() cookie: DeviceCookie,
  ) {
    const { context, request, reply } = visit;
    if (form.wrong) return this.show(visit, { next: form.wrong.given['next'], wrong: form.wrong });
    const { next, ...credentials } = form.values;
    try {
      const before = cookieIn(request, SESSION_COOKIE);
      const { session, device } = await this.browserLogin.run(context, credentials, before, cookie.value);
      setCookie(reply, SESSION_COOKIE, session);
      cookie.set(device);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'UNAUTHENTICATED') throw error;
      void reply.status(error.status);
      const problem = shopMessages[visit.language].login.refused;
      return this.show(visit, { next, problem, email: credentials.email });
    }
    void reply.header('location', nextPage(next));
    return undefined;
  }

  @Runs(BrowserLogout)
  @PageForm({ isForAnyCaller: true })
  @Post('logout')
  async logout(@PageVisit() visit: Visit) {
    const { context, request, reply } = visit;
    const t = shopMessages[visit.language].account;
    clearCookie(reply, SESSION_COOKIE);
    const atProvider = await this.browserLogout.run(context, cookieIn(request, SESSION_COOKIE));
    if (!atProvider) return void reply.header('location', '/shop');
    void reply.status(200);
    visit.withoutCaller();
    // A link: the policy of pages lets no form lead to another site, not even by a redirect.
    return this.pages.whole(visit, {
      name: 'login',
      title: t.loggedOut,
      content: (
        <>
          <p>{t.provider}</p>
          <p>
            <a class="button" href={atProvider.endSessionUrl}>
              {t.logOutThere}
            </a>
          </p>
        </>
      ),
    });
  }

  private show(visit: Visit, given: { next: unknown; problem?: string; email?: string; wrong?: FormProblems }) {
    const hasProvider = this.config.OIDC_ISSUER !== undefined;
    const { title, description } = shopMessages[visit.language].login;
    return this.pages.whole(visit, {
      name: 'login',
      title,
      description,
      path: '/shop/login',
      content: <LoginForm visit={visit} hasProvider={hasProvider} {...given} />,
    });
  }
}
