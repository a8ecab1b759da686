import { Public } from '#gateway/edge/auth/access';
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

  /** A pair of tokens. @throws {GatewayError} UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_* */
  async run(context: Context, credentials: Asked<typeof LoginInput>): Promise<TokensView> {
    return this.session.open(context, await this.credentials.run(context, credentials, 'app'));
  }
}
