import { Public } from '#gateway/edge/auth/access';
import type { DeviceCookie } from '#gateway/edge/auth/attempts/device-cookie';
import { Limited } from '#gateway/edge/limits/limited';
import type { Context } from '#libs/upstream';
import type { Asked } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { CheckCredentials, type LoginInput } from './check-credentials.ts';
import { Session } from './session.ts';
import type { TokensView } from './tokens.view.ts';

/** Log me in, in an app. */
@Public({ ignoresToken: true })
@Limited({ cost: 2, by: ['login'] })
@Injectable()
export class Login {
  constructor(
    private readonly credentials: CheckCredentials,
    private readonly session: Session,
  ) {}

  /**
   * A pair of tokens.
   * @param cookie marks the device of a client that takes cookies as known
   * @throws {GatewayError} UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_*
   */
  async run(
    context: Context,
    credentials: Asked<typeof LoginInput>,
    cookie?: Pick<DeviceCookie, 'value' | 'set'>,
  ): Promise<TokensView> {
    const { user, device } = await this.credentials.run(context, credentials, 'app', cookie?.value);
    const tokens = await this.session.open(context, user);
    cookie?.set(device);
    return tokens;
  }
}
