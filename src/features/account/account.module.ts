import { IdentityModule } from '#gateway/identity/identity.module';
import { Module } from '@nestjs/common';
import { AccountResolver } from './account.resolver.ts';
import { AuthController } from './auth.controller.ts';
import { BrowserLogin } from './browser-login.ts';
import { BrowserLogout } from './browser-logout.ts';
import { BrowserSession } from './browser-session.ts';
import { BrowserController } from './browser.controller.ts';
import { ChangePassword } from './change-password.ts';
import { CheckCredentials } from './check-credentials.ts';
import { EndSession } from './end-session.ts';
import { GetMe } from './get-me.ts';
import { ListSessions } from './list-sessions.ts';
import { Login } from './login.ts';
import { LogoutAll } from './logout-all.ts';
import { Logout } from './logout.ts';
import { MeController } from './me.controller.ts';
import { OperatorController } from './operator.controller.ts';
import { OperatorLogin } from './operator-login.ts';
import { OperatorLogout } from './operator-logout.ts';
import { Refresh } from './refresh.ts';
import { Register } from './register.ts';
import { Session } from './session.ts';
import { SessionsController } from './sessions.controller.ts';
import { UpdateProfile } from './update-profile.ts';

@Module({
  imports: [IdentityModule],
  controllers: [AuthController, BrowserController, MeController, OperatorController, SessionsController],
  providers: [
    AccountResolver,
    // Their profile:
    GetMe,
    Register,
    UpdateProfile,
    // Their logins:
    CheckCredentials,
    Session,
    Login,
    Refresh,
    Logout,
    LogoutAll,
    ListSessions,
    EndSession,
    ChangePassword,
    BrowserLogin,
    BrowserLogout,
    BrowserSession,
    OperatorLogin,
    OperatorLogout,
  ],
})
export class AccountModule {}
