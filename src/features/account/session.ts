import { ACCESS_TOKEN_SECONDS, AccessTokens } from '#gateway/identity/tokens/access-tokens';
import { type Opened, Sessions } from '#gateway/identity/sessions/sessions';
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

/** What the tokens of a session say of it. */
interface Binding {
  createdAt: number;
  thumbprint?: string | undefined;
}

/** Gives an app the tokens of a session. */
@Injectable()
export class Session {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: Sessions,
  ) {}

  /** A new session. @param thumbprint of the key that its tokens are bound to; undefined for bearer tokens */
  async open(context: Context, user: User, thumbprint?: string): Promise<TokensView> {
    const bound = thumbprint === undefined ? {} : { thumbprint };
    const opened = await this.sessions.open(context, { userId: user.id, kind: 'app', ...bound });
    return this.tokens(user, opened, { createdAt: opened.createdAt, thumbprint });
  }

  /** The tokens of a session that is there. @param session when it was opened, and the key that this pair is bound to */
  tokens({ id, role }: User, { sessionId, token }: Opened, session: Binding): TokensView {
    const { createdAt, thumbprint } = session;
    const authTime = Math.floor(createdAt / 1000);
    const grant = { userId: id, scopes: scopesOf[role], sessionId, authTime, thumbprint };
    return {
      accessToken: this.accessTokens.issue(grant),
      tokenType: thumbprint === undefined ? 'Bearer' : 'DPoP',
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: token,
    };
  }
}
