import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import type { DeviceCookie } from '#gateway/identity/attempts/device-cookie';
import { Dpop } from '#gateway/identity/dpop/dpop';
import type { Presented } from '#gateway/identity/dpop/presented';
import { Limited } from '#gateway/declare/limited';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { CheckCredentials, type LoginInput } from './check-credentials.ts';
import { AppTokens } from './app-tokens.ts';
import type { TokensView } from './tokens.view.ts';

/** Logs an app in with a password. */
@Public({ ignoresToken: true })
@Limited({ cost: 2, by: ['login'] })
@Refuses('UNAUTHENTICATED')
@Injectable()
export class Login {
  constructor(
    private readonly credentials: CheckCredentials,
    private readonly tokens: AppTokens,
    private readonly dpop: Dpop,
  ) {}

  /**
   * Opens a session, and returns its pair of tokens.
   * @param cookie the device cookie, for clients that keep cookies
   * @param presented the DPoP proof of the key that the tokens are then bound to (RFC 9449)
   * @throws {GatewayError} BAD_REQUEST for an invalid proof, UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_*
   */
  async run(
    context: Context,
    credentials: InputOf<typeof LoginInput>,
    cookie?: Pick<DeviceCookie, 'value' | 'set'>,
    presented?: Presented,
  ): Promise<TokensView> {
    const thumbprint = await this.dpop.keyOf(presented);
    const { account, device } = await this.credentials.run(context, credentials, 'app', cookie?.value);
    const tokens = await this.tokens.open(context, account, thumbprint);
    cookie?.set(device);
    return tokens;
  }
}
