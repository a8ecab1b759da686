import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '#gateway/config/config';
import { AccessTokens } from '#gateway/edge/auth/access-tokens';
import { RefreshTokens } from '#gateway/edge/auth/refresh-tokens';
import { SigningKey } from '#gateway/edge/auth/signing-key';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { aContext } from '#libs/testing';
import { JwtService } from '@nestjs/jwt';
import { Login } from './login.ts';
import { Logout } from './logout.ts';
import { Refresh } from './refresh.ts';
import { Register } from './register.ts';
import { Session } from './session.ts';

const key = new SigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

/** Where people register, log in and stay so; `ada@example.com` is registered, with `analytical-engine`. */
export async function anAccountDesk() {
  const users = new UsersFake();
  const accessTokens = new AccessTokens(new JwtService(), key, loadConfig({}));
  const refreshTokens = new RefreshTokens();
  const session = new Session(accessTokens, refreshTokens);
  const register = new Register(users);
  const ada = { name: 'Ada', email: 'ada@example.com', password: 'analytical-engine' };
  const { id } = await register.run(aContext(), ada);
  return {
    users,
    accessTokens,
    adaId: id,
    session,
    register,
    login: new Login(users, session),
    refresh: new Refresh(users, refreshTokens, session),
    logout: new Logout(refreshTokens),
    ada: { email: ada.email, password: ada.password },
  };
}
