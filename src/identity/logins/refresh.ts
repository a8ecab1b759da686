import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { Attempts } from '#gateway/identity/attempts/attempts';
import { Dpop } from '#gateway/identity/dpop/dpop';
import type { Presented } from '#gateway/identity/dpop/presented';
import { Audit } from '#gateway/identity/audit/audit';
import type { Session as KeptSession } from '#gateway/identity/sessions/session';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { addressKey } from '#libs/client-address';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type InputOf, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Accounts } from './accounts.ts';
import { AppTokens } from './app-tokens.ts';
import type { TokensView } from './tokens.view.ts';

/** A refresh token in a request. */
export const RefreshInput = input('RefreshInput', { refreshToken: z.string().max(512) });

/** Exchanges a refresh token for the next pair of tokens. */
@Public({ ignoresToken: true })
@Limited({ by: ['login'] })
@Refuses('UNAUTHENTICATED')
@Injectable()
export class Refresh {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly tokens: AppTokens,
    private readonly attempts: Attempts,
    private readonly audit: Audit,
    private readonly dpop: Dpop,
  ) {}

  /**
   * A new pair; the refresh token expires, but returns the same pair for 10 seconds, for a client that lost the response.
   * @param presented the DPoP proof. A session that is bound to a key requires that key; otherwise the new access token is
   * bound to the key of the proof
   * @throws {GatewayError} BAD_REQUEST for an invalid proof, UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_*
   */
  async run(
    context: Context,
    { refreshToken }: InputOf<typeof RefreshInput>,
    presented?: Presented,
  ): Promise<TokensView> {
    const thumbprint = await this.dpop.keyOf(presented);
    // A session's own token is never refused: the failures of others at the same address do not delay its owner.
    const session = await this.sessions.ofRefreshToken(refreshToken);
    if (session === undefined)
      await this.attempts.begin([{ by: 'refresh', name: addressKey(context.client.address) }]);
    const isTheirs = session && (session.thumbprint ?? thumbprint) === thumbprint;
    const tokens = isTheirs ? await this.next(context, refreshToken, session, thumbprint) : undefined;
    if (!tokens) {
      this.audit.write(context, 'refresh.failed', {});
      const detail = 'The refresh token is not valid any more: log in again.';
      throw new GatewayError('UNAUTHENTICATED', { detail, headers: { 'www-authenticate': 'Bearer' } });
    }
    return tokens;
  }

  private async next(
    context: Context,
    refreshToken: string,
    { userId, createdAt }: KeptSession,
    thumbprint: string | undefined,
  ): Promise<TokensView | undefined> {
    // The account is read first, so that an outage of its service does not use the token up.
    const account = await this.accounts.byId(context, userId);
    const opened = account && (await this.sessions.rotate(context, refreshToken));
    if (!opened) return undefined;
    this.audit.write(context, 'refresh.ok', { userId: account.id, sessionId: opened.sessionId });
    return this.tokens.of(account, opened, { createdAt, thumbprint });
  }
}
