import { ACCESS_TOKEN_SECONDS } from '#gateway/identity/keys/access-token-life';
import { AccessTokens } from '#gateway/identity/tokens/access-tokens';
import { type Opened, Sessions } from '#gateway/identity/sessions/sessions';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Account } from './accounts.ts';
import type { TokensView } from './tokens.view.ts';

/** The session properties that its tokens contain. */
interface Binding {
  createdAt: number;
  thumbprint?: string | undefined;
}

/** Issues the token pairs of app sessions. */
@Injectable()
export class AppTokens {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: Sessions,
  ) {}

  /** Opens a session. @param thumbprint of the key that its tokens are bound to; undefined for bearer tokens */
  async open(context: Context, account: Account, thumbprint?: string): Promise<TokensView> {
    const bound = thumbprint === undefined ? {} : { thumbprint };
    const opened = await this.sessions.open(context, { userId: account.id, kind: 'app', ...bound });
    return this.of(account, opened, { createdAt: opened.createdAt, thumbprint });
  }

  /** Issues tokens of an existing session. @param session its login time, and the key that this pair is bound to */
  of({ id, scopes }: Account, { sessionId, token }: Opened, session: Binding): TokensView {
    const { createdAt, thumbprint } = session;
    const authTime = Math.floor(createdAt / 1000);
    const grant = { userId: id, scopes, sessionId, authTime, thumbprint };
    return {
      accessToken: this.accessTokens.issue(grant),
      tokenType: thumbprint === undefined ? 'Bearer' : 'DPoP',
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: token,
    };
  }
}
