import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '#gateway/config/config';
import { Attempts } from '#gateway/identity/attempts/attempts';
import { KnownDevices } from '#gateway/identity/attempts/known-devices';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { bearersOf } from '#gateway/identity/tokens/tokens.fixture';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { aContext } from '#libs/testing';
import { ChangePassword } from './change-password.ts';
import { CheckCredentials } from './check-credentials.ts';
import { EndSession } from './end-session.ts';
import { ListSessions } from './list-sessions.ts';
import { Login } from './login.ts';
import { LogoutAll } from './logout-all.ts';
import { Logout } from './logout.ts';
import { Refresh } from './refresh.ts';
import { Register } from './register.ts';
import { Session } from './session.ts';

const keys = new KeySet(new SigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey));

/** Where people register, log in and stay so; `ada@example.com` is registered, with `analytical-engine`. */
export async function anAccountDesk() {
  const users = new UsersFake();
  const { tokens, bearers, dpop } = bearersOf(loadConfig({}), keys);
  const { sessions, audit, log } = sessionsOf(new SessionStoreMemory());
  const attempts = new Attempts(null);
  const session = new Session(tokens, sessions);
  const register = new Register(users, audit);
  const ada = { name: 'Ada', email: 'ada@example.com', password: 'analytical-engine' };
  const { id } = await register.run(aContext(), ada);
  return {
    users,
    log,
    adaId: id,
    session,
    register,
    /** For whom an access token is. */
    callerOf: (accessToken: string) => bearers.callerOf(`Bearer ${accessToken}`),
    /** A request with an access token. */
    as: (accessToken: string) => aContext({ caller: bearers.callerOf(`Bearer ${accessToken}`) as never }),
    login: new Login(new CheckCredentials(users, attempts, new KnownDevices(keys), audit), session, dpop),
    refresh: new Refresh(users, sessions, session, attempts, audit, dpop),
    logout: new Logout(sessions, attempts),
    logoutAll: new LogoutAll(sessions),
    listSessions: new ListSessions(sessions),
    endSession: new EndSession(sessions),
    changePassword: new ChangePassword(users, sessions, attempts, audit),
    ada: { email: ada.email, password: ada.password },
  };
}
