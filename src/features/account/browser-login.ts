import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import type { Renewed } from '#gateway/identity/browser/renewals';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import type { Context } from '#libs/upstream';
import type { Asked } from '#libs/view';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CheckCredentials, type LoginInput } from './check-credentials.ts';
import { scopesOf } from './session.ts';

const RENEWER = 'password';
/** What somebody may do is looked up again after so long, as with an access token, in milliseconds. */
const RENEWED_MS = 900_000;

/** Log me in, in a browser. */
@Public({ ignoresToken: true, isForPages: true })
@Limited({ cost: 2, by: ['login'] })
@Injectable()
export class BrowserLogin implements OnModuleInit {
  constructor(
    private readonly credentials: CheckCredentials,
    private readonly users: Users,
    private readonly browsers: BrowserSessions,
    private readonly sessions: Sessions,
  ) {}

  onModuleInit(): void {
    this.browsers.renewBy(RENEWER, async ({ context, session }) => {
      const user = await this.users.byId(context, session.userId);
      return user && renewed(user);
    });
  }

  /**
   * The values of the cookies of the session and of the device.
   * @param before the session cookie that the browser has: that session ends
   * @param device the device cookie that it has
   * @throws {GatewayError} UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_*
   */
  async run(
    context: Context,
    credentials: Asked<typeof LoginInput>,
    before: string | undefined,
    device: string | undefined,
  ): Promise<{ session: string; device: string }> {
    const known = await this.credentials.run(context, credentials, 'browser', device);
    const { user } = known;
    const { token: session } = await this.browsers.open(context, { userId: user.id }, RENEWER, renewed(user));
    if (before !== undefined) await this.sessions.endWithToken(context, before, 'browser');
    return { session, device: known.device };
  }
}

const renewed = ({ role }: User): Renewed => ({ scopes: [...scopesOf[role]], forMs: RENEWED_MS });
