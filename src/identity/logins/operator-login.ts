import { Public } from '#gateway/declare/access';
import { OperatorSessions } from '#gateway/identity/operators/operator-sessions';
import { Limited } from '#gateway/declare/limited';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Account, Accounts } from './accounts.ts';
import { CheckCredentials, type LoginInput } from './check-credentials.ts';

/** Logs an operator in, in a browser at the admin port. */
@Public({ ignoresToken: true, isForPages: true })
@Limited({ cost: 2, by: ['login'] })
@Injectable()
export class OperatorLogin implements OnModuleInit {
  constructor(
    private readonly credentials: CheckCredentials,
    private readonly accounts: Accounts,
    private readonly sessions: OperatorSessions,
  ) {}

  onModuleInit(): void {
    this.sessions.lookUpBy(async (context, userId) => {
      const account = await this.accounts.byId(context, userId);
      return account && operatorScopes(account);
    });
  }

  /**
   * The values of the session cookie and the device cookie.
   * @param before the browser's session cookie, whose session ends
   * @param device the browser's device cookie
   * @throws {GatewayError} UNAUTHENTICATED, FORBIDDEN if the account is not an operator, RATE_LIMITED, UPSTREAM_*
   */
  async run(
    context: Context,
    credentials: InputOf<typeof LoginInput>,
    before: string | undefined,
    device: string | undefined,
  ): Promise<{ session: string; device: string }> {
    const known = await this.credentials.run(context, credentials, 'operator', device);
    const scopes = operatorScopes(known.account);
    if (!scopes) throw new GatewayError('FORBIDDEN', { detail: 'This account is not an operator.' });
    const session = await this.sessions.open(context, before, known.account.id, scopes);
    return { session, device: known.device };
  }
}

const operatorScopes = ({ scopes }: Account): readonly string[] | undefined =>
  scopes.includes('admin') ? scopes : undefined;
