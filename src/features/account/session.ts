import { ACCESS_TOKEN_SECONDS, AccessTokens } from '#gateway/edge/auth/access-tokens';
import { RefreshTokens } from '#gateway/edge/auth/refresh-tokens';
import type { User } from '#gateway/upstreams/users/users.port';
import { Injectable } from '@nestjs/common';
import type { TokensView } from './tokens.view.ts';

const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write'];

/** What each role may do. */
const scopesOf: Record<User['role'], readonly string[]> = {
  customer: CUSTOMER,
  admin: [...CUSTOMER, 'admin'],
};

/** Gives a user the tokens of a session. */
@Injectable()
export class Session {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  /** A new pair. */
  open({ id, role }: User): TokensView {
    return {
      accessToken: this.accessTokens.issue(id, scopesOf[role]),
      tokenType: 'Bearer',
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: this.refreshTokens.issue(id),
    };
  }
}
