import { RefreshTokens } from '#gateway/edge/auth/refresh-tokens';
import type { Asked } from '#libs/view';
import { Injectable } from '@nestjs/common';
import type { LogoutPayload } from './payload.view.ts';
import type { RefreshInput } from './refresh.ts';

/** Log me out. */
@Injectable()
export class Logout {
  constructor(private readonly refreshTokens: RefreshTokens) {}

  /** Ends the refresh token; one that has ended stays so. */
  run({ refreshToken }: Asked<typeof RefreshInput>): LogoutPayload {
    this.refreshTokens.end(refreshToken);
    return { ok: true };
  }
}
