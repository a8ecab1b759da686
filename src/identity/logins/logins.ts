import { LoginsResolver } from './logins.resolver.ts';
import { AuthController } from './auth.controller.ts';
import { BrowserLogin } from './browser-login.ts';
import { BrowserLogout } from './browser-logout.ts';
import { BrowserSession } from './browser-session.ts';
import { BrowserController } from './browser.controller.ts';
import { ChangePassword } from './change-password.ts';
import { CheckCredentials } from './check-credentials.ts';
import { EndSession } from './end-session.ts';
import { ListSessions } from './list-sessions.ts';
import { Login } from './login.ts';
import { LogoutAll } from './logout-all.ts';
import { Logout } from './logout.ts';
import { OperatorController } from './operator.controller.ts';
import { OperatorLogin } from './operator-login.ts';
import { OperatorLogout } from './operator-logout.ts';
import { Refresh } from './refresh.ts';
import { AppTokens } from './app-tokens.ts';
import { SessionsController } from './sessions.controller.ts';

/** The controllers and resolver of password logins. The feature that provides `Accounts` registers them. */
export { AuthController, BrowserController, LoginsResolver, OperatorController, SessionsController };

/** The use cases of password logins. */
export const loginUseCases = [
  CheckCredentials,
  AppTokens,
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
];
