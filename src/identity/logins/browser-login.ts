import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import type { Renewed } from '#gateway/identity/browser/renewals';
import { LoginReports } from '#gateway/identity/provider/login-reports';
import { Sessions } from '#gateway/identity/sessions/sessions';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Account, Accounts } from './accounts.ts';
import { CheckCredentials, type LoginInput } from './check-credentials.ts';

const RENEWER = 'password';
/**
 * How long the scopes of a browser session are valid before they are looked up again, in milliseconds; as for an access
 * token.
 */
const RENEWED_MS = 900_000;

/** Logs a browser in with a password. */
@Public({ ignoresToken: true, isForPages: true })
@Limited({ cost: 2, by: ['login'] })
@Refuses('UNAUTHENTICATED')
@Injectable()
export class BrowserLogin implements OnModuleInit {
  constructor(
    private readonly credentials: CheckCredentials,
    private readonly accounts: Accounts,
    private readonly browsers: BrowserSessions,
    private readonly sessions: Sessions,
    private readonly reports: LoginReports,
  ) {}

  onModuleInit(): void {
    this.browsers.renewBy(RENEWER, async ({ context, sessionId, session: { userId } }) => {
      try {
        const account = await this.accounts.byId(context, userId);
        this.reports.renewed();
        return account && renewed(account);
      } catch (error) {
        this.reports.renewalFailed(context, { userId, sessionId }, error, false);
        throw error;
      }
    });
  }

  /**
   * The values of the session cookie and the device cookie.
   * @param before the browser's session cookie, whose session ends
   * @param device the browser's device cookie
   * @throws {GatewayError} UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_*
   */
  async run(
    context: Context,
    credentials: InputOf<typeof LoginInput>,
    before: string | undefined,
    device: string | undefined,
  ): Promise<{ session: string; device: string }> {
    const known = await this.credentials.run(context, credentials, 'browser', device);
    const { account } = known;
    const { token: session } = await this.browsers.open(
      context,
      { userId: account.id },
      RENEWER,
      renewed(account),
    );
    if (before !== undefined) await this.sessions.endWithToken(context, before, 'browser');
    return { session, device: known.device };
  }
}

const renewed = ({ scopes }: Account): Renewed => ({ scopes: [...scopes], forMs: RENEWED_MS });
