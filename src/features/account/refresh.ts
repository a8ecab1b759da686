import { RefreshTokens } from '#gateway/edge/auth/refresh-tokens';
import { Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type Asked, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Session } from './session.ts';
import type { TokensView } from './tokens.view.ts';

/** A refresh token, as a client gives it. */
export const RefreshInput = input('RefreshInput', { refreshToken: z.string().max(512) });

/** Give me the next pair of tokens. */
@Injectable()
export class Refresh {
  constructor(
    private readonly users: Users,
    private readonly refreshTokens: RefreshTokens,
    private readonly session: Session,
  ) {}

  /** A new pair, for a token that ends with this. @throws {GatewayError} UNAUTHENTICATED, UPSTREAM_* */
  async run(context: Context, { refreshToken }: Asked<typeof RefreshInput>): Promise<TokensView> {
    const id = this.refreshTokens.ownerOf(refreshToken);
    const user = id && (await this.users.byId(context, id));
    if (user && this.refreshTokens.end(refreshToken)) return this.session.open(user);
    const detail = 'The refresh token is not valid any more: log in again.';
    throw new GatewayError('UNAUTHENTICATED', { detail, headers: { 'www-authenticate': 'Bearer' } });
  }
}
