import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Attempts } from '#gateway/identity/attempts/attempts';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { addressKey } from '#libs/client-address';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import type { LogoutPayload } from './logout.view.ts';
import type { RefreshInput } from './refresh.ts';

/** Logs an app out. */
@Public({ ignoresToken: true })
@Limited({ by: ['login'] })
@Injectable()
export class Logout {
  constructor(
    private readonly sessions: Sessions,
    private readonly attempts: Attempts,
  ) {}

  /** Ends the session of the refresh token, if it has not ended yet. @throws {GatewayError} RATE_LIMITED */
  async run(context: Context, { refreshToken }: InputOf<typeof RefreshInput>): Promise<LogoutPayload> {
    // A session's own token is never refused: the failures of others at the same address do not delay its owner.
    if (!(await this.sessions.endWithToken(context, refreshToken, 'app'))) {
      await this.attempts.begin([{ by: 'refresh', name: addressKey(context.client.address) }]);
    }
    return { ok: true };
  }
}
