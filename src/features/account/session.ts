import { ACCESS_TOKEN_SECONDS, AccessTokens } from '#gateway/edge/auth/tokens/access-tokens';
import { type Opened, Sessions } from '#gateway/edge/auth/sessions/sessions';
import type { User } from '#gateway/upstreams/users/users.port';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { TokensView } from './tokens.view.ts';

const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write'];

/** What each role may do. */
export const scopesOf: Record<User['role'], readonly string[]> = {
  customer: CUSTOMER,
  admin: [...CUSTOMER, 'admin'],
};

/** Gives an app the tokens of a session. */
@Injectable()
export class Session {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: Sessions,
  ) {}

  /** A new session. */
  async open(context: Context, user: User): Promise<TokensView> {
    return this.tokens(user, await this.sessions.open(context, { userId: user.id, kind: 'app' }));
  }

  /** The tokens of a session that is there. */
  tokens({ id, role }: User, { sessionId, token }: Opened): TokensView {
    return {
      accessToken: this.accessTokens.issue({ userId: id, scopes: scopesOf[role], sessionId }),
      tokenType: 'Bearer',
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: token,
    };
  }
}
