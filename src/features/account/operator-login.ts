import { Public } from '#gateway/declare/access';
import { OperatorSessions } from '#gateway/identity/operators/operator-sessions';
import { Limited } from '#gateway/declare/limited';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import type { Asked } from '#libs/view';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CheckCredentials, type LoginInput } from './check-credentials.ts';
import { scopesOf } from './session.ts';

/** Log me in, in a browser at the admin port. */
@Public({ ignoresToken: true, isForPages: true })
@Limited({ cost: 2, by: ['login'] })
@Injectable()
export class OperatorLogin implements OnModuleInit {
  constructor(
    private readonly credentials: CheckCredentials,
    private readonly users: Users,
    private readonly sessions: OperatorSessions,
  ) {}

  onModuleInit(): void {
    this.sessions.lookUpBy(async (context, userId) => {
      const user = await this.users.byId(context, userId);
      return user && operatorScopes(user);
    });
  }

  /**
   * The values of the cookies of the session and of the device.
   * @param before the cookie of the session that the browser has: that ends
   * @param device the device cookie that the browser has
   * @throws {GatewayError} UNAUTHENTICATED, FORBIDDEN for who is no operator, RATE_LIMITED, UPSTREAM_*
   */
  async run(
    context: Context,
    credentials: Asked<typeof LoginInput>,
    before: string | undefined,
    device: string | undefined,
  ): Promise<{ session: string; device: string }> {
    const known = await this.credentials.run(context, credentials, 'operator', device);
    const scopes = operatorScopes(known.user);
    if (!scopes) throw new GatewayError('FORBIDDEN', { detail: 'This account is no operator.' });
    const session = await this.sessions.open(context, before, known.user.id, scopes);
    return { session, device: known.device };
  }
}

function operatorScopes({ role }: User): readonly string[] | undefined {
  const scopes = scopesOf[role];
  return scopes.includes('admin') ? scopes : undefined;
}
