import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '#gateway/config/config';
import { Attempts } from '#gateway/identity/attempts/attempts';
import { KnownDevices } from '#gateway/identity/attempts/known-devices';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { bearersOf } from '#gateway/identity/tokens/tokens.fixture';
import { aContext } from '#libs/testing';
import { AccountsFake } from './accounts.fake.ts';
import { ChangePassword } from './change-password.ts';
import { CheckCredentials } from './check-credentials.ts';
import { EndSession } from './end-session.ts';
import { ListSessions } from './list-sessions.ts';
import { Login } from './login.ts';
import { LogoutAll } from './logout-all.ts';
import { Logout } from './logout.ts';
import { Refresh } from './refresh.ts';
import { AppTokens } from './app-tokens.ts';

const keys = new KeySet(new SigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey));

const ada = { email: 'ada@example.com', password: 'analytical-engine' };

/** The login use cases over fakes; `ada@example.com` has an account with the password `analytical-engine`. */
export function aLoginDesk() {
  const accounts = new AccountsFake();
  const { tokens, bearers, dpop } = bearersOf(loadConfig({}), keys);
  const { sessions, audit, log } = sessionsOf(new SessionStoreMemory());
  const attempts = new Attempts(null);
  const appTokens = new AppTokens(tokens, sessions);
  const credentials = new CheckCredentials(accounts, attempts, new KnownDevices(keys), audit);
  return {
    accounts,
    log,
    sessions,
    ada,
    adaId: accounts.add(ada.email, ada.password, ['profile:read', 'profile:write']),
    /** The caller of an access token. */
    callerOf: (accessToken: string) => bearers.callerOf(`Bearer ${accessToken}`),
    /** A request context with an access token. */
    as: (accessToken: string) => aContext({ caller: bearers.callerOf(`Bearer ${accessToken}`) as never }),
    login: new Login(credentials, appTokens, dpop),
    refresh: new Refresh(accounts, sessions, appTokens, attempts, audit, dpop),
    logout: new Logout(sessions, attempts),
    logoutAll: new LogoutAll(sessions),
    listSessions: new ListSessions(sessions),
    endSession: new EndSession(sessions),
    changePassword: new ChangePassword(accounts, sessions, attempts, audit),
  };
}
